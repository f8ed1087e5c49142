/** Runs once when a web node starts. */
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] === 'nodejs') {
    const { checkEnvironment } = await import('./check-environment.ts');
    checkEnvironment();
  }
}

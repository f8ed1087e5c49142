/** Runs once when a web node starts. */
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] === 'nodejs') {
    if (typeof CHAOS_SEAM === 'boolean' && CHAOS_SEAM) {
      const { prepareSeam } = await import('./sabotage/seam.ts');
      prepareSeam(process.env);
    }
    const { checkEnvironment } = await import('./check-environment.ts');
    checkEnvironment();
  }
}

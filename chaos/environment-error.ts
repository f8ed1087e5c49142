/** The run could not be made here: a port, a program or a right is missing. Says nothing of the product. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/**
 * The way from one process to another, through a proxy of its own, so that a fault can hit exactly this
 * pair: `db@web-1` can be cut while `db@web-2` works on.
 */
export interface Link {
  /** What is reached, and from where: `edge@web-1`, `db@web-1`, `payments@worker-1`. */
  name: string;
  /** Its proxy at Toxiproxy. The same as `name`, but for a shared Toxiproxy, where it has a prefix. */
  proxy: string;
  listenPort: number;
  upstreamPort: number;
  /** Default: this machine. */
  upstreamHost?: string;
}

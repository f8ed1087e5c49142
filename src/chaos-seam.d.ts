/** True in the chaos build only (next.config.js); where it is false, the branch is removed. */
declare const CHAOS_SEAM: boolean;

/** True in the control build only (next.config.js); removed from the production build. */
declare const PROTECTION_OFF: boolean;

/** The files of our own on a node whose files may be written. */
export const MODULES_FILE = '/etc/modules-load.d/netprereq.conf';
/** Sorts after 99-sysctl.conf, by which many systems read /etc/sysctl.conf: the last assignment wins. */
export const SYSCTL_FILE = '/etc/sysctl.d/99-zz-netprereq.conf';

/** Both. */
export const OWN_FILES = { sysctl: SYSCTL_FILE, modules: MODULES_FILE };

/**
 * The system calls that a sandbox refuses, with their numbers on the two processors we know (Linux's unistd.h). A list of
 * refusals, because any program must run; what it leaves open is bounded by namespaces and limits. Owns the table only.
 */

/** Numbers on x86_64 and aarch64; null where the call does not exist. */
export type Numbers = readonly [x64: number, arm64: number | null];

/** Calls newer than this were not looked at, so they do not exist in a sandbox (mseal, Linux 6.10). */
export const LAST_REVIEWED = 462;

/** Refused with EPERM, as for a user without the right. */
export const FORBIDDEN: Readonly<Record<string, Numbers>> = {
  // Other worlds: a namespace of one's own brings capabilities back, and with them most of the kernel's holes.
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  open_tree: [428, 428],
  move_mount: [429, 429],
  mount_setattr: [442, 442],
  // Other processes: the supervisor is one of them.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  pidfd_getfd: [438, 438],
  kcmp: [312, 272],
  // Parts of the kernel that a program has no use for and attackers have, or that no namespace divides.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  userfaultfd: [323, 282],
  fanotify_init: [300, 262],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  move_pages: [279, 239],
  migrate_pages: [256, 238],
  syslog: [103, 116],
  personality: [135, 92],
  lookup_dcookie: [212, 18],
  nfsservctl: [180, 42],
  modify_ldt: [154, null],
  uselib: [134, null],
  _sysctl: [156, null],
  sysfs: [139, null],
  ustat: [136, null],
  // The machine itself. These want rights that a sandbox has not got; here they are refused twice.
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  acct: [163, 89],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  vhangup: [153, 58],
  iopl: [172, null],
  ioperm: [173, null],
};

/** Refused with ENOSYS, as by an older kernel: programs have another way. */
export const ABSENT: Readonly<Record<string, Numbers>> = {
  // Its flags lie in memory, where a filter cannot look; the C library goes back to clone.
  clone3: [435, 435],
  // Does other system calls behind the filter's back.
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  // Memory that belongs to no process, so that no limit of ours would see it.
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  shmget: [29, 194],
  msgget: [68, 186],
  semget: [64, 190],
};

/** Allowed, depending on their first argument. */
export const CLONE = [56, 220] as const;
export const SOCKETS: readonly (readonly [x64: number, arm64: number])[] = [
  [41, 198], // socket
  [53, 199], // socketpair
];

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET (linux/sched.h). */
export const CLONE_NAMESPACES = 0x7e02_0000;

/**
 * AF_UNIX, AF_INET and AF_INET6. They end at the sandbox's own network namespace, and programs talk to themselves with
 * them. The others reach further (AF_VSOCK the hypervisor, AF_ALG the kernel's ciphers) or are rarely tested (AF_NETLINK and so on).
 */
export const SOCKET_FAMILIES = [1, 2, 10] as const;

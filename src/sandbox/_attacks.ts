/**
 * Programs for the conformance suite: each tries to get out, or to take more than it was given, and prints as JSON what it
 * got. Python, for its standard library reaches every system call. Owns the programs; the suite says what they may get.
 */

const HEAD = `
import ctypes, errno, json, os, signal, socket, sys, time
given = json.loads(sys.argv[1]) if len(sys.argv) > 1 else None
def tried(steps):
    got = []
    for name, step in steps:
        try:
            step()
            got.append(name)
        except (OSError, ValueError):
            pass
    print(json.dumps(got))
`;

const program = (body: string): string => HEAD + body;

export const attacks = {
  /** Which of the given paths can be opened or listed. */
  reads: program(`
def look(path):
    return os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(1)
tried([(path, lambda path=path: look(path)) for path in given])
`),

  /** Where a file can be made or changed, apart from the places that are meant for it. */
  writes: program(`
def touch(path):
    with open(path, 'ab') as file: file.write(b'x')
folders = ['/', '/usr', '/usr/bin', '/usr/local', '/etc', '/dev', '/home', '/proc', '/proc/sys/kernel', '/var', '/run', '/mnt']
files = ['/usr/bin/python3', '/etc/passwd', '/proc/sys/kernel/core_pattern', '/proc/sys/kernel/hostname', '/proc/sysrq-trigger',
         '/proc/self/uid_map', '/proc/1/oom_score_adj']
tried([(path, lambda path=path: touch(path)) for path in [folder + '/x' for folder in folders] + files + given]
      + [('chmod', lambda: os.chmod('/etc/passwd', 0o777)), ('unlink', lambda: os.unlink('/etc/passwd')),
         ('mknod', lambda: os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0))),
         ('less oom', lambda: os.write(os.open('/proc/self/oom_score_adj', os.O_WRONLY), b'-1000'))])
`),

  /** Which of the given addresses answer. */
  connects: program(`
def connect(address):
    kind = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ':' in address[0] else socket.AF_INET
    with socket.socket(kind, socket.SOCK_STREAM) as peer:
        peer.settimeout(2)
        peer.connect(address.encode() if isinstance(address, str) else tuple(address))
tried([(str(address), lambda address=address: connect(address)) for address in given])
`),

  /** Which of the given processes, the host's, can be signalled; and every process that can be seen. */
  processes: program(`
print(json.dumps([int(name) for name in os.listdir('/proc') if name.isdigit()]))
tried([(pid, lambda pid=pid: os.kill(pid, 0)) for pid in given])
`),

  /** Rights that a process could gain. */
  rights: program(`
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *args):
    if getattr(libc, name)(*args) < 0: raise OSError(ctypes.get_errno(), name)
NEW = dict(user=0x10000000, mount=0x20000, net=0x40000000, pid=0x20000000)
tried([('unshare ' + name, lambda flag=flag: call('unshare', flag)) for name, flag in NEW.items()]
      + [('mount', lambda: call('mount', b'none', b'/tmp', b'tmpfs', 0, None)),
         ('umount', lambda: call('umount2', b'/usr', 2)),
         ('bind', lambda: call('mount', b'/proc', b'/tmp', None, 4096, None)),
         ('setuid', lambda: os.setuid(0)), ('setgid', lambda: os.setgid(0)), ('setgroups', lambda: os.setgroups([0])),
         ('chroot', lambda: os.chroot('/tmp')), ('hostname', lambda: socket.sethostname('x')),
         ('nice', lambda: os.nice(-5)), ('raw socket', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)),
         ('setns', lambda: call('setns', os.open('/proc/1/ns/user', os.O_RDONLY), 0)),
         ('terminal', lambda: open('/dev/tty'))])
`),

  /** System calls and kinds of sockets that a filter should refuse. */
  calls: program(`
libc = ctypes.CDLL(None, use_errno=True)
def refused(number):
    ctypes.set_errno(0)
    return libc.syscall(number, 0, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS)
def family(number):
    try: socket.socket(number, socket.SOCK_RAW).close()
    except OSError as error: return error.errno == errno.EAFNOSUPPORT
    return False
print(json.dumps([name for name, number in given.items() if not refused(number)]
                 + [f'family {number}' for number in range(64) if number not in (0, 1, 2, 10) and not family(number)]))
`),

  /** What a command has been handed. */
  self: program(`
status = dict(line.split(':', 1) for line in open('/proc/self/status').read().splitlines())
print(json.dumps(dict(
    fds=[fd for fd in os.listdir('/proc/self/fd') if os.path.exists('/proc/self/fd/' + fd) and not os.readlink('/proc/self/fd/' + fd).endswith('/fd')],
    environment=dict(os.environ), folder=os.getcwd(), files=sorted(os.listdir('.')), scratch=os.listdir('/tmp') + os.listdir('/dev/shm'),
    ids=[*os.getresuid(), *os.getresgid()],
    rights=[status[name].strip().strip('0') for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb')],
    noNewRights=status['NoNewPrivs'].strip(), host=socket.gethostname(),
    interfaces=[line.split(':')[0].strip() for line in open('/proc/net/dev').read().splitlines()[2:]])))
`),

  forks: program(`
while True:
    try: os.fork()
    except OSError: pass
`),
  threads: program(`
import threading
while True:
    try: threading.Thread(target=time.sleep, args=(60,)).start()
    except RuntimeError: time.sleep(0.01)
`),
  /** Keeps `given` MiB in each of so many children, none of which has much. */
  memoryInChildren: program(`
for _ in range(given['children']):
    if os.fork() == 0:
        held = bytearray(os.urandom(4096)) * (256 * given['mib'])
        time.sleep(60)
time.sleep(60)
`),
  memoryShared: program(`
import mmap
held = mmap.mmap(-1, given << 20)
for offset in range(0, given << 20, 4096): held[offset] = 1
time.sleep(60)
`),
  memory: program(`
held = []
while True: held.append(bytearray(1 << 20))
`),
  /** Fills every place that can be written, and says how many MiB went in. */
  disk: program(`
def fill(path):
    block, size = bytes(1 << 16), 0
    for number in range(64):
        try:
            with open(f'{path}/fill{number}', 'wb', buffering=0) as file:
                while True: size += file.write(block)
        except OSError: pass
    return size >> 20
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
print(json.dumps([fill(path) for path in given]))
`),
  manyFiles: program(`
for number in range(1 << 22): os.close(os.open(f'/tmp/{number}', os.O_CREAT))
`),
  flood: program(`
while True: os.write(1, b'x' * 65536)
`),
  spin: program(`
for _ in range(given):
    if os.fork() == 0: break
while True: pass
`),
  /** Ignores every signal that can be ignored, here and in a child. */
  stubborn: program(`
os.fork()
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: time.sleep(60)
`),
  /** Leaves a process behind that has turned its back on everything: own session, no parent, no standard streams. */
  daemon: program(`
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in (0, 1, 2): os.close(fd)
        os.execv('/usr/bin/sleep', ['sleep', given])
    os._exit(0)
os.wait()
print('left')
`),
  /** Puts something else in the place of every file that will be asked for. */
  links: program(`
os.symlink('/etc/passwd', 'link')
os.symlink(given, 'host')
os.mkdir('real'); open('real/file', 'w').write('real')
os.symlink('real', 'folder-link')
os.symlink('/etc', 'etc')
os.mkfifo('fifo'); os.mkdir('folder')
os.link('real/file', 'hard')
open('plain', 'wb').write(bytes(range(256)))
open('empty', 'w')
`),
  /** Goes for the process that watches over it: by its descriptors, by its memory, by its life. */
  supervisor: program(`
for fd in range(3, 64):
    try: os.write(os.open(f'/proc/1/fd/{fd}', os.O_WRONLY), b'exit 0\\n')
    except OSError: pass
os.kill(1, signal.SIGKILL)
print('alive')
for line in open('/proc/1/maps'):
    start, end = (int(address, 16) for address in line.split()[0].split('-'))
    try:
        if 'rw' in line: os.pwrite(os.open('/proc/1/mem', os.O_WRONLY), bytes(end - start), start)
    except OSError: pass
`),
} as const;

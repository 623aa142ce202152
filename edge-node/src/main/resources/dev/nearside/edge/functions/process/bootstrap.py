"""Runs one function in this process: loads its handler, then asks Lambda's Runtime API for one event after another."""

import _posixsubprocess


def _refuse(*_):
    raise PermissionError('starting a program is not allowed in a function')


# It starts programs without telling audit hooks; whoever imports it later gets the refusal.
_posixsubprocess.fork_exec = _refuse

import http.client
import importlib.util
import json
import logging
import os
import socket
import sys
import time
import traceback

TASK_ROOT = os.environ['LAMBDA_TASK_ROOT']
SOCKET_PATH = os.environ['AWS_LAMBDA_RUNTIME_API']
SECRET = os.environ.pop('NEARSIDE_TOKEN')
TOKEN = '\x01' + SECRET + ' '
TEMPORARY = os.environ['TMPDIR']
ROUTES = '/2018-06-01/runtime/'
STDOUT = sys.stdout
_exit = os._exit


class Fence:
    """Keeps the code from other programs, from native code, and from files that are not its own business.

    It is an audit hook: it holds against code that does what it should not, not against code that attacks Python itself.
    """

    FORBIDDEN = frozenset((
        'os.system', 'os.exec', 'os.fork', 'os.forkpty', 'os.posix_spawn', 'os.spawn', 'os.kill', 'os.killpg',
        'subprocess.Popen', 'pty.spawn', 'ctypes.dlopen', 'ctypes.dlsym', 'signal.pthread_kill', 'os.chown',
        'os.chflags', 'os.lockf', 'os.putenv_unsafe', 'syslog.openlog', 'os.setxattr', 'os.removexattr'))
    CHANGES = frozenset((
        'os.remove', 'os.rename', 'os.mkdir', 'os.rmdir', 'os.link', 'os.symlink', 'os.chmod', 'os.truncate', 'os.utime',
        'shutil.rmtree', 'shutil.move', 'shutil.copyfile', 'shutil.copytree', 'os.mknod', 'os.mkfifo'))
    WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def __init__(self):
        real = os.path.realpath
        self.own = (real(TEMPORARY),)
        self.readable = tuple({real(TASK_ROOT), real(TEMPORARY), real(sys.prefix), real(sys.base_prefix), '/usr/lib',
                               '/usr/lib64', '/lib', '/lib64', '/usr/share', '/usr/local/lib', '/usr/local/share',
                               '/etc/ssl', '/etc/pki', '/etc/ca-certificates'})
        self.files = frozenset(('/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/host.conf',
                                '/etc/services', '/etc/protocols', '/etc/mime.types', '/etc/localtime', '/dev/null',
                                '/dev/urandom', '/dev/random', '/dev/zero'))

    def __call__(self, event, args):
        if event in self.FORBIDDEN:
            raise PermissionError(f'{event} is not allowed in a function')
        if event == 'open':
            flags = args[2] if len(args) > 2 and isinstance(args[2], int) else 0
            self.check(args[0], bool(flags & self.WRITING), event)
        elif event == 'os.listdir' or event == 'os.scandir':
            self.check(args[0], False, event)
        elif event in self.CHANGES:
            for path in args:
                if isinstance(path, (str, bytes)):
                    self.check(path, True, event)

    def check(self, path, writes, event):
        if path is None or isinstance(path, int):
            return
        real = os.path.realpath(os.fsdecode(path))
        roots = self.own if writes else self.readable
        if real in self.files or any(real == root or real.startswith(root + '/') for root in roots):
            return
        raise PermissionError(f'{event} of {os.fsdecode(path)!r} is not allowed in a function')


class Connection(http.client.HTTPConnection):
    def __init__(self):
        super().__init__('localhost')

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(SOCKET_PATH)


API = Connection()


def call(method, route, body=None):
    headers = {'nearside-token': SECRET}
    if body is not None:
        headers['Content-Type'] = 'application/json'
    API.request(method, ROUTES + route, body, headers)
    response = API.getresponse()
    return response.status, response.headers, response.read()


def say(level, text):
    STDOUT.write(TOKEN + level + '\t' + text.replace('\n', '\r') + '\n')


class LevelHandler(logging.Handler):
    NAMES = {'WARNING': 'WARN', 'CRITICAL': 'FATAL'}

    def emit(self, record):
        say(self.NAMES.get(record.levelname, record.levelname), self.format(record))


def described(error, kind=None, message=None):
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename != __file__ and not frame.filename.startswith('<frozen')]
    return {
        'errorMessage': str(error) if message is None else message,
        'errorType': kind or type(error).__name__,
        'stackTrace': traceback.format_list(own),
    }


def say_error(description):
    say('ERROR', f"{description['errorType']}: {description['errorMessage']}\nTraceback (most recent call last):\n"
        + ''.join(description['stackTrace']))


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Context:
    def __init__(self, headers):
        self.aws_request_id = headers['Lambda-Runtime-Aws-Request-Id']
        self.invoked_function_arn = headers['Lambda-Runtime-Invoked-Function-Arn']
        self.function_name = os.environ['AWS_LAMBDA_FUNCTION_NAME']
        self.function_version = os.environ['AWS_LAMBDA_FUNCTION_VERSION']
        self.memory_limit_in_mb = os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
        self.log_group_name = os.environ['AWS_LAMBDA_LOG_GROUP_NAME']
        self.log_stream_name = os.environ['AWS_LAMBDA_LOG_STREAM_NAME']
        self.client_context = None
        self.identity = Identity()
        self._deadline = int(headers['Lambda-Runtime-Deadline-Ms'])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        say('INFO', str(message))


class HandlerError(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def find_handler(name):
    if '.' not in name:
        raise HandlerError('Runtime.MalformedHandlerName', f"Bad handler '{name}': expected module.function")
    module_name, function_name = name.rsplit('.', 1)
    if '..' in module_name:
        raise HandlerError('Runtime.MalformedHandlerName', f"Bad handler '{name}': expected module.function")
    try:
        module = importlib.import_module(module_name.replace('/', '.'))
    except ImportError as error:
        raise HandlerError('Runtime.ImportModuleError', f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise HandlerError('Runtime.UserCodeSyntaxError',
                           f"Syntax error in module '{module_name}': {error}") from error
    found = getattr(module, function_name, None)
    if found is None:
        raise HandlerError('Runtime.HandlerNotFound', f"Handler '{function_name}' missing on module '{module_name}'")
    if not callable(found):
        raise HandlerError('Runtime.HandlerNotFound', f"Handler '{function_name}' is not callable")
    return found


def answer(handler, headers, body):
    """What to post: the last part of the route and the JSON."""
    try:
        result = handler(json.loads(body), Context(headers))
    except Exception as error:
        description = described(error)
        say_error(description)
        return 'error', json.dumps(description)
    try:
        return 'response', json.dumps(result)
    except Exception as error:
        description = described(error, 'Runtime.MarshalError', f'Unable to marshal response: {error}')
        say_error(description)
        return 'error', json.dumps(description)


def main():
    sys.path.insert(0, TASK_ROOT)
    sys.stdout.reconfigure(line_buffering=True)
    root = logging.getLogger()
    root.addHandler(LevelHandler())
    time.tzset()
    sys.addaudithook(Fence())
    try:
        handler = find_handler(os.environ['_HANDLER'])
    except Exception as error:
        description = described(error, getattr(error, 'kind', None))
        say_error(description)
        call('POST', 'init/error', json.dumps(description).encode())
        _exit(1)
    while True:
        try:
            _, headers, body = call('GET', 'invocation/next')
        except OSError:
            _exit(0)  # the node has closed the environment, or is gone
        kind, out = answer(handler, headers, body)
        request_id = headers['Lambda-Runtime-Aws-Request-Id']
        sys.stdout.flush()
        sys.stderr.flush()
        STDOUT.write(TOKEN + request_id + '\n')
        STDOUT.flush()
        status, _, _ = call('POST', f'invocation/{request_id}/{kind}', out.encode())
        if status == 413:
            call('POST', f'invocation/{request_id}/error', json.dumps({
                'errorType': 'Function.ResponseSizeTooLarge', 'stackTrace': [],
                'errorMessage': f'Response payload size ({len(out)} bytes) exceeded maximum allowed payload size.',
            }).encode())


main()

#!/usr/bin/env bash
# Time stamps of two authorities made with `openssl ts`, each token with the signer's certificate and the
# root's. They differ in the length of the root's name. rfc3161-client reads the token whose root
# certificate is the longer one and refuses the other: it wants the set of certificates in DER order, which
# is by length first, while OpenSSL writes the signer's first. Swapping the two, outside of all that is
# signed, turns a token that cannot be read into one that is verified.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

for need in python3 openssl; do command -v "$need" >/dev/null || { echo "missing on PATH: $need" >&2; exit 2; }; done

work=$(mktemp -d)
finish() { # whatever carries our TMPDIR in its environment was started by this script
  for p in /proc/[0-9]*; do
    if grep -qszxF "TMPDIR=$work" "$p/environ"; then kill -9 "${p#/proc/}" 2>/dev/null || true; fi
  done
  cd / && { rm -rf "$work" || { sleep 1; rm -rf "$work"; }; }
}
trap finish EXIT
cd "$work"
python3 -m venv env >&2 && env/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
  rfc3161-client==1.0.9 asn1crypto==1.5.1 cryptography==50.0.2 cffi==2.1.1 pycparser==3.12 >&2 || { echo "pip install failed" >&2; exit 2; }

cat >run.py <<'PY'
import os, platform, subprocess, sys, traceback, warnings
from importlib.metadata import version
from asn1crypto import tsp
from cryptography import x509
from rfc3161_client import VerifierBuilder, decode_timestamp_response

DATA = b'what was seen\n'
CONFIG = '''[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_cert = signer.pem
certs = root.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
'''

def openssl(folder, *words, check=True):
    return subprocess.run(['openssl', *words], cwd=folder, check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout

def write(path, data):
    with open(path, 'wb') as f:
        f.write(data)

def stamp(folder, root_name):
    os.mkdir(folder)
    key = ['-newkey', 'rsa:2048', '-nodes', '-sha256']
    openssl(folder, 'req', '-x509', *key, '-keyout', 'root.key', '-out', 'root.pem', '-subj', root_name, '-days', '30')
    openssl(folder, 'req', *key, '-keyout', 'signer.key', '-out', 'signer.csr', '-subj', '/CN=stamps')
    write(f'{folder}/ext', b'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n'
          b'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n')
    openssl(folder, 'x509', '-req', '-in', 'signer.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '30',
            '-sha256', '-extfile', 'ext', '-out', 'signer.pem')
    write(f'{folder}/config', CONFIG.encode())
    write(f'{folder}/serial', b'01\n')
    write(f'{folder}/data', DATA)
    openssl(folder, 'ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'query')
    openssl(folder, 'ts', '-reply', '-config', 'config', '-queryfile', 'query', '-out', 'reply')
    with open(f'{folder}/reply', 'rb') as f:
        return f.read()

def swapped(reply):
    one, two = certificates(reply)
    assert reply.count(one + two) == 1
    return reply.replace(one + two, two + one)

def certificates(reply):
    return [c.dump() for c in tsp.TimeStampResp.load(reply)['time_stamp_token']['content']['certificates']]

def look(what, folder, reply):
    write(f'{folder}/looked', reply)
    by_openssl = 'Verification: OK' in openssl(folder, 'ts', '-verify', '-in', 'looked', '-queryfile', 'query', '-CAfile', 'root.pem', check=False)
    with open(f'{folder}/root.pem', 'rb') as f:
        root = x509.load_pem_x509_certificate(f.read())
    try:
        told = decode_timestamp_response(reply)
        by_client = 'verified' if VerifierBuilder().add_root_certificate(root).build().verify_message(told, DATA) else 'not verified'
    except ValueError as e:
        by_client = 'cannot be read: ' + ('InvalidSetOrdering' if 'InvalidSetOrdering' in str(e) else str(e))
    lengths = [len(c) for c in certificates(reply)]
    print(f'  {what:34} certificates of {lengths[0]:4} and {lengths[1]:4} bytes; openssl: {"verified" if by_openssl else "not verified"}; '
          f'rfc3161-client {by_client}')
    return by_openssl, by_client

try:
    print('rfc3161-client', version('rfc3161-client'), '- asn1crypto', version('asn1crypto'), '- python', platform.python_version(),
          '-', ' '.join(openssl('.', 'version').split()[:2]))
    print('Expected: a longer name changes nothing; the certificates in a token are a set, their order has no meaning.\n')
    short = stamp('short', '/CN=root')
    long = stamp('long', '/CN=root/O=' + 'a' * 60 + '/OU=' + 'b' * 60)
    good, bad = (True, 'verified'), (True, 'cannot be read: InvalidSetOrdering')
    told = [look('short name of the root', 'short', short), look('long name of the root', 'long', long),
            look('short name, certificates swapped', 'short', swapped(short)), look('long name, certificates swapped', 'long', swapped(long))]
    same = told == [bad, good, good, bad]
    print('\nSeen: whether rfc3161-client takes a token of OpenSSL depends on which of the two certificates is longer.'
          if same else '\nThis is different now.')
    sys.exit(0 if same else 1)
except Exception as e:
    traceback.print_exc()
    print(getattr(e, 'stdout', None) or '', file=sys.stderr)
    sys.exit(2)
PY
status=0
TMPDIR="$work" timeout 50 env/bin/python run.py || status=$?
[ "$status" -le 2 ] || { echo "gave up after 50 s, or was ended" >&2; status=2; }
exit "$status"

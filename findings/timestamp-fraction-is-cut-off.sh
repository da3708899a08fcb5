#!/usr/bin/env bash
# A time stamp authority whose times have microseconds, as RFC 3161 allows, and whose tokens promise that
# their times give their order. rfc3161-client reads such a token, hands out the promise and the accuracy
# of a millisecond, and a gen_time without its fraction: two stamps of one second are at the same time,
# and each up to a second earlier than it was made. openssl and asn1crypto tell the whole time.
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
import os, platform, re, subprocess, sys, traceback
from importlib.metadata import version
from asn1crypto import tsp
from rfc3161_client import decode_timestamp_response

CONFIG = '''[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_cert = signer.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
ordering = yes
accuracy = millisecs:1
clock_precision_digits = 6
'''

def openssl(*words):
    return subprocess.run(['openssl', *words], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout

def stamp(step):
    with open('data', 'w') as f:
        f.write(f'step {step}\n')
    openssl('ts', '-query', '-data', 'data', '-sha256', '-out', 'query')
    openssl('ts', '-reply', '-config', 'config', '-queryfile', 'query', '-out', 'reply')
    with open('reply', 'rb') as f:
        reply = f.read()
    printed = re.search(r'Time stamp: (.*)', openssl('ts', '-reply', '-in', 'reply', '-text')).group(1)
    info = decode_timestamp_response(reply).tst_info
    other = tsp.TimeStampResp.load(reply)['time_stamp_token']['content']['encap_content_info']['content'].parsed
    return {'openssl': printed, 'asn1crypto': other['gen_time'].native, 'rfc3161-client': info.gen_time,
            'ordering': info.ordering, 'millis': info.accuracy.millis}

try:
    print('rfc3161-client', version('rfc3161-client'), '- asn1crypto', version('asn1crypto'), '- python', platform.python_version(),
          '-', ' '.join(openssl('version').split()[:2]))
    print('Expected: gen_time is a datetime, which holds microseconds, so it is the time in the token, as accurate as the\n'
          'token says; or the token is refused.\n')
    with open('ext', 'w') as f:
        f.write('basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n')
    with open('config', 'w') as f:
        f.write(CONFIG)
    with open('serial', 'w') as f:
        f.write('01\n')
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-sha256', '-keyout', 'signer.key', '-out', 'signer.csr', '-subj', '/CN=stamps')
    openssl('x509', '-req', '-in', 'signer.csr', '-signkey', 'signer.key', '-days', '30', '-sha256', '-extfile', 'ext', '-out', 'signer.pem')
    for _ in range(20): # until both fall into one second, neither at its very beginning
        two = [stamp(1), stamp(2)]
        times = [one['asn1crypto'] for one in two]
        if times[0].replace(microsecond=0) == times[1].replace(microsecond=0) and times[0].microsecond:
            break
    else:
        raise RuntimeError('no two stamps within one second')
    for step, one in enumerate(two, 1):
        print(f'  step {step}: ordering {one["ordering"]}, accuracy {one["millis"]} ms')
        for reader in ('openssl', 'asn1crypto', 'rfc3161-client'):
            print(f'    {reader:15} {one[reader]}')
    same = times[0] < times[1]
    for one in two:
        told = one['asn1crypto']
        fraction = f'{told.microsecond:06}'.rstrip('0')
        same = same and f'{told:%H:%M:%S}.{fraction} ' in one['openssl']
        same = same and one['rfc3161-client'] == told.replace(microsecond=0) and one['ordering'] is True and one['millis'] == 1
    print('\nSeen: rfc3161-client cuts the fraction off and tells nobody. Step 1 and step 2 are at the same time for it, though\n'
          'it hands out the promise that the times give the order, and an accuracy of a millisecond.' if same else '\nThis is different now.')
    sys.exit(0 if same else 1)
except Exception:
    traceback.print_exc()
    sys.exit(2)
PY
status=0
TMPDIR="$work" timeout 50 env/bin/python run.py || status=$?
[ "$status" -le 2 ] || { echo "gave up after 50 s, or was ended" >&2; status=2; }
exit "$status"

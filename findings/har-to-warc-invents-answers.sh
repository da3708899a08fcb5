#!/usr/bin/env bash
# A HAR as browsers save it, made into a web archive by har2warc, with three entries that are less than a
# whole exchange. A request that failed (status 0, the HAR has its error) becomes a response of the server,
# "204 No Content". An answer whose body the browser had not kept becomes an empty one, Content-Length
# changed to 0. Of a query field that was sent twice the request keeps one. All digests are right.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

command -v python3 >/dev/null || { echo "missing on PATH: python3" >&2; exit 2; }

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
  har2warc==1.0.4 http-status==1.0.0 warcio==1.8.1 six==1.17.0 >&2 || { echo "pip install failed" >&2; exit 2; }

cat >run.py <<'PY'
import json, platform, subprocess, sys, traceback
from importlib.metadata import version
from warcio.archiveiterator import ArchiveIterator

ORIGIN = 'http://a.example/'

def entry(method, path, query, status, text, headers, content, **more):
    return {'startedDateTime': '2026-01-01T00:00:00.000Z', 'time': 5, 'cache': {}, 'timings': {'send': 1, 'wait': 3, 'receive': 1},
            'request': {'method': method, 'url': ORIGIN + path, 'httpVersion': 'HTTP/1.1', 'cookies': [], 'headersSize': -1, 'bodySize': 0,
                        'headers': [{'name': 'Host', 'value': 'a.example'}], 'queryString': query},
            'response': {'status': status, 'statusText': text, 'httpVersion': 'HTTP/1.1' if status else '', 'cookies': [], 'redirectURL': '',
                         'headers': headers, 'content': content, 'headersSize': -1, 'bodySize': content['size'], **more}}

plain = [{'name': 'Content-Type', 'value': 'text/plain'}]
HAR = {'log': {'version': '1.2', 'creator': {'name': 'own', 'version': '1'}, 'pages': [], 'entries': [
    entry('DELETE', 'failed', [], 0, '', [], {'size': 0, 'mimeType': 'x-unknown'}, _error='net::ERR_CONNECTION_REFUSED'),
    entry('GET', 'body-not-kept', [], 200, 'OK', plain + [{'name': 'Content-Length', 'value': '5120'}], {'size': 5120, 'mimeType': 'text/plain'}),
    entry('GET', 'twice?pick=1&pick=2', [{'name': 'pick', 'value': '1'}, {'name': 'pick', 'value': '2'}], 200, 'OK', plain,
          {'size': 2, 'mimeType': 'text/plain', 'text': 'ok'}),
]}}

try:
    print('har2warc', version('har2warc'), '- warcio', version('warcio'), '- python', platform.python_version())
    print('Expected: what cannot be told in the archive is left out, or marked (WARC-Truncated, a metadata record); what is\n'
          'told is what went over the line.\n')
    with open('in.har', 'w') as f:
        json.dump(HAR, f)
    subprocess.run(['env/bin/har2warc', 'in.har', 'out.warc.gz'], check=True)
    check = subprocess.run(['env/bin/warcio', 'check', 'out.warc.gz']).returncode
    seen, marks = {}, []
    with open('out.warc.gz', 'rb') as f:
        for record in ArchiveIterator(f):
            marks += [record.rec_headers.get_header('WARC-Truncated')] + ([record.rec_type] if record.rec_type == 'metadata' else [])
            if record.rec_type not in ('request', 'response'):
                continue
            name = record.rec_headers.get_header('WARC-Target-URI')[len(ORIGIN):]
            http = record.http_headers
            line = f'{http.protocol} {http.statusline}' if record.rec_type == 'request' else http.statusline
            body = record.content_stream().read()
            seen[name, record.rec_type] = line, http.get_header('Content-Length') if record.rec_type == 'response' else None, len(body)
    tell = lambda name, kind: seen.get((name, kind), ('none', None, 0))
    print('  HAR: DELETE, status 0, connection refused;  archive, response:', *tell('failed', 'response')[:1])
    print('  HAR: 200, 5120 bytes, text not in the HAR;  archive, response:', '%s, Content-Length %s, %s bytes' % tell('body-not-kept', 'response'))
    print('  HAR: GET /twice?pick=1&pick=2;              archive, request:', *tell('twice?pick=1&pick=2', 'request')[:1])
    print('  marks of anything missing:', [mark for mark in marks if mark] or 'none', '- warcio check:', check)
    same = (tell('failed', 'response') == ('204 No Content', '0', 0) and tell('body-not-kept', 'response') == ('200 OK', '0', 0)
            and tell('twice?pick=1&pick=2', 'request')[0] == 'GET /twice?pick=2 HTTP/1.1' and not any(marks) and check == 0)
    print('\nSeen: the archive has an answer that no server gave, an empty body that was not empty, and a request that was not sent.'
          if same else '\nThis is different now.')
    sys.exit(0 if same else 1)
except Exception:
    traceback.print_exc()
    sys.exit(2)
PY
status=0
TMPDIR="$work" timeout 50 env/bin/python run.py || status=$?
[ "$status" -le 2 ] || { echo "gave up after 50 s, or was ended" >&2; status=2; }
exit "$status"

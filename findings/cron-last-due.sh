#!/usr/bin/env bash
# "What was due last, and what is next?": what a program asks of a cron library when it starts, to make up
# for a missed run. Daily at 02:30, on the two days when the clocks change. In croner and croniter both
# directions name the same moments. In cron-parser going back names a run in the repeated hour that going
# forward never had, and none in spring where there was one. cronsim, asked in the repeated hour, calls a
# moment next that is past.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

for need in python3 node npm timeout diff; do
  command -v "$need" >/dev/null || { echo "missing on PATH: $need" >&2; exit 2; }
done

work=$(mktemp -d)
trap 'cd / || true; rm -rf "$work"' EXIT
cd "$work"
export TMPDIR="$work" TZ=UTC PYTHONPATH="$work/py" PYTHONDONTWRITEBYTECODE=1 PYTHONTZPATH=
npm install --prefix "$work" --cache "$work/npm" --silent --no-audit --no-fund --no-save \
  cron-parser@5.10.6 luxon@3.7.2 croner@11.0.1 >&2 || { echo "npm install failed" >&2; exit 2; }
python3 -m pip install --quiet --no-cache-dir --disable-pip-version-check --root-user-action ignore --no-deps --target py \
  croniter==7.0.0 python-dateutil==4.0.0 six==1.17.0 cronsim==2.8 tzdata==2026.6 >&2 || { echo "pip install failed" >&2; exit 2; }

# Each asks at the same moments (UTC) for the run before and the run after, and walks on twice from the
# first moment of the day. Berlin's 02:30 comes at 00:30 and at 01:30 UTC on 25 October 2026, and not at all
# on 29 March 2026, where 01:00 UTC is 03:00.
cat >moments <<'TXT'
2026-10-25T00:10 before the first 02:30
2026-10-25T01:10 between the two
2026-10-25T02:10 after both
2026-03-29T00:10 before the missing hour
2026-03-29T01:10 ten minutes after it
2026-03-29T04:10 later that morning
TXT
cat >run.py <<'PY'
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
from croniter import croniter
from cronsim import CronSim
berlin, line = ZoneInfo('Europe/Berlin'), '30 2 * * *'

def two(steps): return [next(steps), next(steps)]
ways = {
  'croniter': (lambda at: [croniter(line, at).get_prev(datetime), croniter(line, at).get_next(datetime)],
               lambda at: two(croniter(line, at).all_next(datetime))),
  'cronsim': (lambda at: [next(CronSim(line, at, reverse=True)), next(CronSim(line, at))],
              lambda at: two(CronSim(line, at))),
}
for name, (ask, walk) in ways.items():
  for text in open('moments'):
    moment = text.split()[0]
    at = datetime.fromisoformat(moment + '+00:00').astimezone(berlin)
    moments = ask(at) + (walk(at) if moment.endswith('T00:10') else [])
    print(name, moment, *(m.astimezone(timezone.utc).strftime('%d.%H:%M') for m in moments))
PY
cat >run.js <<'JS'
const { CronExpressionParser } = require('cron-parser');
const { Cron } = require('croner');
const zone = 'Europe/Berlin', line = '30 2 * * *';
const parse = currentDate => CronExpressionParser.parse(line, { currentDate, tz: zone });
const job = new Cron(line, { timezone: zone, paused: true });
const ways = {
  'cron-parser': [at => [parse(at).prev().toDate(), parse(at).next().toDate()], at => parse(at).take(2).map(d => d.toDate())],
  croner: [at => [job.previousRuns(1, at)[0], job.nextRun(at)], at => job.nextRuns(2, at)],
};
const moments = require('fs').readFileSync('moments', 'utf8').trim().split('\n').map(text => text.split(' ')[0]);
for (const [name, [ask, walk]] of Object.entries(ways)) for (const moment of moments) {
  const at = new Date(moment + 'Z');
  const dates = [...ask(at), ...(moment.endsWith('T00:10') ? walk(at) : [])];
  console.log(name, moment, ...dates.map(d => d.toISOString().slice(8, 16).replace('T', '.')));
}
JS
cat >was <<'TXT'
croniter 2026-10-25T00:10 24.00:30 25.00:30 25.00:30 25.01:30
croniter 2026-10-25T01:10 25.00:30 25.01:30
croniter 2026-10-25T02:10 25.01:30 26.01:30
croniter 2026-03-29T00:10 28.01:30 29.01:00 29.01:00 30.00:30
croniter 2026-03-29T01:10 29.01:00 30.00:30
croniter 2026-03-29T04:10 29.01:00 30.00:30
cronsim 2026-10-25T00:10 24.00:30 25.00:30 25.00:30 26.01:30
cronsim 2026-10-25T01:10 24.00:30 25.00:30
cronsim 2026-10-25T02:10 25.00:30 26.01:30
cronsim 2026-03-29T00:10 28.01:30 29.01:00 29.01:00 30.00:30
cronsim 2026-03-29T01:10 29.01:00 30.00:30
cronsim 2026-03-29T04:10 29.01:00 30.00:30
cron-parser 2026-10-25T00:10 24.00:30 25.00:30 25.00:30 26.01:30
cron-parser 2026-10-25T01:10 25.00:30 25.01:30
cron-parser 2026-10-25T02:10 25.01:30 26.01:30
cron-parser 2026-03-29T00:10 28.01:30 29.01:30 29.01:30 30.00:30
cron-parser 2026-03-29T01:10 28.01:30 30.00:30
cron-parser 2026-03-29T04:10 28.01:30 30.00:30
croner 2026-10-25T00:10 24.00:30 25.00:30 25.00:30 26.01:30
croner 2026-10-25T01:10 25.00:30 26.01:30
croner 2026-10-25T02:10 25.00:30 26.01:30
croner 2026-03-29T00:10 28.01:30 29.01:00 29.01:00 30.00:30
croner 2026-03-29T01:10 29.01:00 30.00:30
croner 2026-03-29T04:10 29.01:00 30.00:30
TXT
timeout 30 python3 run.py >seen || exit 2
timeout 30 node run.js >>seen || exit 2

python3 -c 'import sys; from importlib.metadata import version as v
print("python", sys.version.split()[0], "- croniter", v("croniter"), "- cronsim", v("cronsim"), "- tzdata", v("tzdata"))'
version='n => n + " " + JSON.parse(fs.readFileSync("node_modules/" + n + "/package.json")).version'
node -p "['cron-parser', 'luxon', 'croner'].map($version).concat('node ' + process.version).join(' - ')"
echo 'Expected: "last" and "next" are two views of one list of moments: what was next and has passed is last,'
echo 'nothing that was never next is last, next is not past. (Whether the repeated hour counts twice may differ.)'
echo
echo '30 2 * * * in Europe/Berlin, moments as day.time in UTC, October (25th) and March (29th) 2026'
while read -r library moment last next walk; do
  printf '  %-12s %-24s %s: last %s, next %s%s\n' "$library" "$(grep "^$moment" moments | cut -d' ' -f2-)" "${moment:8:2}.${moment:11}" "$last" "$next" \
    "${walk:+, walking on: ${walk/ / then }}"
done <seen

if diff was seen >difference; then
  printf '\nSeen: croniter runs twice in autumn and croner once, each the same in both directions. cron-parser walks on\n'
  printf 'to 00:30 and the next day, but asked later it says that 01:30 is next, or was last; in spring it announces\n'
  printf '01:30, takes that back when asked at 01:10, and later knows of no run that day. cronsim, asked at 01:10 in\n'
  printf 'autumn, says that 00:30 is next, as if it had not been.\n'
  exit 0
fi
printf '\nThis is different now (< it was, > it is):\n'
cat difference
exit 1

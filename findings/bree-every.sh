#!/usr/bin/env bash
# Bree takes an interval as text in two languages: "90 minutes" and "every 90 minutes". The first is a
# length of time. The second, tried first, is a pattern of the clock and the calendar that starts anew with
# each hour, day or month, and a number that does not fit into one is not refused: "every 90 minutes" runs
# hourly, "every 36 hours" daily, "every 2 days" on the 31st and again on the 1st.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

for need in node npm timeout diff; do
  command -v "$need" >/dev/null || { echo "missing on PATH: $need" >&2; exit 2; }
done

work=$(mktemp -d)
trap 'cd / || true; rm -rf "$work"' EXIT
cd "$work"
export TMPDIR="$work" TZ=UTC
npm install --prefix "$work" --cache "$work/npm" --silent --no-audit --no-fund --no-save \
  bree@9.2.9 @breejs/later@4.2.0 human-interval@2.0.1 numbered@1.1.0 ms@2.1.3 cron-validate@1.5.3 >&2 || { echo "npm install failed" >&2; exit 2; }

cat >run.js <<'JS'
const Bree = require('bree');
const later = require('@breejs/later');
const start = Date.parse('2026-10-30T00:07Z');
const texts = ['30 minutes', '45 minutes', '90 minutes', '36 hours', '2 days'].flatMap(text => [text, 'every ' + text]);
require('fs').mkdirSync('jobs');
require('fs').writeFileSync('jobs/job.js', '');
(async () => {
  for (const interval of texts) {
    const bree = new Bree({ logger: false, root: process.cwd() + '/jobs', jobs: [{ name: 'job', interval }] });
    await bree.init(); // checks the jobs and turns each text into what its timer is given; nothing is started
    const made = bree.config.jobs[0].interval;
    const runs = typeof made === 'number' ? [1, 2, 3, 4].map(n => new Date(start + n * made))
      : later.schedule(made).next(5, new Date(start)).filter(d => d.getTime() > start).slice(0, 4);
    console.log(interval.replace(/ /g, '_'), ...runs.map(d => d.toISOString().slice(5, 16)));
  }
})().catch(e => { console.error(e); process.exit(2); });
JS
cat >was <<'TXT'
30_minutes 10-30T00:37 10-30T01:07 10-30T01:37 10-30T02:07
every_30_minutes 10-30T00:30 10-30T01:00 10-30T01:30 10-30T02:00
45_minutes 10-30T00:52 10-30T01:37 10-30T02:22 10-30T03:07
every_45_minutes 10-30T00:45 10-30T01:00 10-30T01:45 10-30T02:00
90_minutes 10-30T01:37 10-30T03:07 10-30T04:37 10-30T06:07
every_90_minutes 10-30T01:00 10-30T02:00 10-30T03:00 10-30T04:00
36_hours 10-31T12:07 11-02T00:07 11-03T12:07 11-05T00:07
every_36_hours 10-31T00:00 11-01T00:00 11-02T00:00 11-03T00:00
2_days 11-01T00:07 11-03T00:07 11-05T00:07 11-07T00:07
every_2_days 10-31T00:00 11-01T00:00 11-03T00:00 11-05T00:00
TXT
timeout 30 node run.js >seen || exit 2

version='n => n + " " + JSON.parse(fs.readFileSync("node_modules/" + n + "/package.json")).version'
node -p "['bree', '@breejs/later', 'human-interval'].map($version).concat('node ' + process.version).join(' - ')"
echo 'Expected: the same distance between two runs with "every" and without it (only the first run may be put'
echo 'at a round time), or an error. The manual of Bree gives "every 2 days" as an example of its own.'
echo
echo 'Four runs of a job that is started on 30 October 2026 at 00:07'
while read -r text runs; do printf '  %-18s %s\n' "${text//_/ }" "$runs"; done <seen

if diff was seen >difference; then
  printf '\nSeen: one word more, and 90 minutes are 60, 36 hours are 24, 45 minutes are 45 and 15 by turns, and of two\n'
  printf 'days of rest there is none between the 31st and the 1st.\n'
  exit 0
fi
printf '\nThis is different now (< it was, > it is):\n'
cat difference
exit 1

#!/usr/bin/env bash
# A recording of Chrome's Recorder in which a person emptied a field holds a `change` step with an empty text. Replayed, the
# field is empty and the page was told nothing: no key, no `input`, no `change`. A list that the page filters by the field stays as
# it was, and a step that is checked by the field's value alone passes. A text that goes on from the old one is typed only from
# where it differs, any other one is typed after a clearing of that silent kind.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

CHROMIUM=$(command -v chromium || command -v chromium-browser || true)
[ -n "$CHROMIUM" ] || { echo "missing on PATH: chromium" >&2; exit 2; }
for need in node npm diff timeout; do command -v "$need" >/dev/null || { echo "missing on PATH: $need" >&2; exit 2; }; done

work=$(mktemp -d)
trap 'cd / && { rm -rf "$work" || { sleep 1; rm -rf "$work"; }; }' EXIT
cd "$work"
export TMPDIR="$work" HOME="$work" CHROMIUM
npm install --prefix "$work" --cache "$work/npm" --silent --no-audit --no-fund --no-save \
  @puppeteer/replay@3.1.3 puppeteer-core@24.43.1 >&2 || { echo "npm install failed" >&2; exit 2; }

cat >run.mjs <<'JS'
import http from 'node:http';
import puppeteer from 'puppeteer-core';
import { createRunner, parse, PuppeteerRunnerExtension } from '@puppeteer/replay';

const html = `<!doctype html><title>A list and its filter</title>
<input id=filter aria-label=Filter value=ann><ul id=list></ul>
<script>
  const draw = () => { list.replaceChildren(...['ann', 'bob', 'joanna'].filter(name => name.includes(filter.value))
    .map(name => Object.assign(document.createElement('li'), { textContent: name }))); };
  window.heard = [];
  for (const type of ['keydown', 'input', 'change']) filter.addEventListener(type, () => heard.push(type));
  filter.addEventListener('input', draw);
  draw();
</script>`;
const server = http.createServer((_, answer) => { answer.setHeader('Content-Type', 'text/html'); answer.end(html); });
await new Promise(done => server.listen(0, '127.0.0.1', done));
const url = 'http://127.0.0.1:' + server.address().port + '/';
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
console.error(await browser.version());
for (const value of ['', 'anna', 'bo']) {
  const page = await browser.newPage();
  const recording = parse({ title: 'filter', steps: [
    { type: 'navigate', url },
    { type: 'change', value, selectors: [['aria/Filter'], ['#filter']], target: 'main' },
  ] });
  await (await createRunner(recording, new PuppeteerRunnerExtension(browser, page, { timeout: 10000 }))).run();
  const seen = await page.evaluate(() => ({ value: filter.value, heard, rows: Array.from(list.children, row => row.textContent) }));
  console.log([`change to "${value}"`, `value "${seen.value}"`, `heard: ${seen.heard.join(' ') || 'nothing'}`, `rows: ${seen.rows.join(' ') || 'none'}`].join(' | '));
  await page.close();
}
await browser.close();
server.close();
JS
cat >was <<'TXT'
change to "" | value "" | heard: nothing | rows: ann joanna
change to "anna" | value "anna" | heard: keydown input | rows: joanna
change to "bo" | value "bo" | heard: keydown input keydown input | rows: bob
TXT
timeout 60 node run.mjs >seen 2>versions || { cat versions >&2; exit 2; }

echo "@puppeteer/replay 3.1.3 - puppeteer-core 24.43.1 - node $(node --version) - $(head -n 1 versions)"
echo 'The field holds "ann" as the page is loaded, and the list shows whose name holds the text of the field.'
echo 'Expected after "change" to "": the page hears that its field was emptied, and shows all three rows.'
echo
cat seen
if diff was seen >difference; then
  echo
  echo 'Seen: the field is empty, nobody told the page, and two of three rows are shown.'
else
  echo
  echo 'This is different now:'
  cat difference
  exit 1
fi

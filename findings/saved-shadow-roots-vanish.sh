#!/usr/bin/env bash
# Chromium saves a page as a single file (MHTML) with its shadow roots, closed ones too, as templates. It marks them with an
# attribute that only its own reader of such files knows (shadowmode), not with that of declarative shadow roots
# (shadowrootmode). So whoever takes the document out of the file with a library for mail and shows it, in any browser, sees the
# page without everything that stood in a shadow root, and nothing says so. With the attribute renamed it is all there.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

CHROMIUM=$(command -v chromium || command -v chromium-browser || true)
FIREFOX=$(command -v firefox-esr || command -v firefox || true)
CHROMEDRIVER=$(command -v chromedriver || true)
GECKODRIVER=$(command -v geckodriver || true)
for need in CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER; do
  [ -n "${!need}" ] || { echo "missing on PATH: ${need,,}" >&2; exit 2; }
done
for need in node npm diff timeout; do command -v "$need" >/dev/null || { echo "missing on PATH: $need" >&2; exit 2; }; done
[ -d /proc/self ] || { echo "this needs /proc" >&2; exit 2; }

work=$(mktemp -d)
finish() { # whatever has our TMPDIR in its environment was started by this script
  local p
  for p in /proc/[0-9]*; do
    if grep -qszxF "TMPDIR=$work" "$p/environ"; then kill -9 "${p#/proc/}" 2>/dev/null || true; fi
  done
  cd / && { rm -rf "$work" || { sleep 1; rm -rf "$work"; }; }
}
trap finish EXIT
cd "$work"
npm install --prefix "$work" --cache "$work/npm" --silent --no-audit --no-fund --no-save selenium-webdriver@4.35.0 postal-mime@2.4.4 >&2 || { echo "npm install failed" >&2; exit 2; }

cat >run.js <<'JS'
const fs = require('fs'), http = require('http'), path = require('path');
const { Builder } = require('selenium-webdriver');
const chrome = require('selenium-webdriver/chrome'), firefox = require('selenium-webdriver/firefox');
const PostalMime = require('postal-mime').default || require('postal-mime');
const env = process.env;

const PAGE = `<!doctype html><title>page</title><p>plain</p><div id="open"></div><div id="closed"></div><script>
for (const mode of ['open', 'closed'])
  document.getElementById(mode).attachShadow({ mode }).innerHTML = '<p>in an ' + mode + ' root</p>';
</script>`;
const pages = { '/live': PAGE };
const server = http.createServer((asked, answer) => {
  answer.setHeader('Content-Type', 'text/html; charset=utf-8');
  answer.end(pages[asked.url] || '');
});
const open = name => new Builder().disableEnvironmentOverrides().forBrowser(name)
  .setChromeOptions(new chrome.Options().setChromeBinaryPath(env.CHROMIUM)
    .addArguments('--headless=new', '--no-sandbox', '--disable-dev-shm-usage'))
  .setChromeService(new chrome.ServiceBuilder(env.CHROMEDRIVER))
  .setFirefoxOptions(new firefox.Options().setBinary(env.FIREFOX).addArguments('-headless'))
  .setFirefoxService(new firefox.ServiceBuilder(env.GECKODRIVER)).build();
// What is drawn in each host: a box of some height, whatever its root is.
const DRAWN = `return ['open', 'closed'].map(id => id + ': ' +
  (document.getElementById(id).getBoundingClientRect().height > 0 ? 'drawn' : 'nothing')).join(', ')`;

server.listen(0, '127.0.0.1', async () => {
  try {
    const origin = `http://127.0.0.1:${server.address().port}`;
    const tell = (what, said) => console.log([what, said].join(' | '));
    let driver = await open('chrome');
    console.error(`chrome ${(await driver.getCapabilities()).getBrowserVersion()}`);
    await driver.get(`${origin}/live`);
    tell('chrome, the page itself', await driver.executeScript(DRAWN));
    const { data } = await driver.sendAndGetDevToolsCommand('Page.captureSnapshot', { format: 'mhtml' });
    const file = path.join(env.TMPDIR, 'page.mhtml');
    fs.writeFileSync(file, data);
    const { html } = await PostalMime.parse(data);
    tell('the saved document', [...html.matchAll(/<template ([a-z]+)="([a-z]+)"/g)].map(m => `${m[1]}=${m[2]}`).join(', '));
    pages['/taken-out'] = html;
    pages['/renamed'] = html.replaceAll('<template shadowmode=', '<template shadowrootmode=');
    await driver.get(`file://${file}`);
    tell('chrome, the file', await driver.executeScript(DRAWN));
    for (const name of ['chrome', 'firefox']) {
      if (name === 'firefox') {
        await driver.quit();
        driver = await open(name);
        console.error(`firefox ${(await driver.getCapabilities()).getBrowserVersion()}`);
      }
      for (const way of ['taken-out', 'renamed']) {
        await driver.get(`${origin}/${way}`);
        tell(`${name}, the document ${way}`, await driver.executeScript(DRAWN));
      }
    }
    await driver.quit();
    process.exit(0);
  } catch (error) { console.error(error); process.exit(2); }
});
JS
cat >was <<'TXT'
chrome, the page itself | open: drawn, closed: drawn
the saved document | shadowmode=open, shadowmode=closed
chrome, the file | open: drawn, closed: drawn
chrome, the document taken-out | open: nothing, closed: nothing
chrome, the document renamed | open: drawn, closed: drawn
firefox, the document taken-out | open: nothing, closed: nothing
firefox, the document renamed | open: drawn, closed: drawn
TXT
export CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER
TMPDIR="$work" XDG_CONFIG_HOME="$work" XDG_CACHE_HOME="$work" timeout 200 node run.js >seen 2>versions || { cat versions >&2; exit 2; }

echo "selenium-webdriver 4.35.0 - postal-mime 2.4.4 - node $(node --version) - $(sort -u versions | grep -v Warning | paste -sd ';' | sed 's/;/ - /g')"
echo 'Expected: the document in a saved page is HTML that shows the page.'
echo
cat seen
if diff was seen >difference; then
  echo
  echo 'Seen: what stood in shadow roots is gone from the document, unless an attribute is renamed.'
else
  echo
  echo 'This is different now:'
  cat difference
  exit 1
fi

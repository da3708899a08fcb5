#!/usr/bin/env bash
# A page (or an injected guard) that prevents and stops every pointer and mouse event of a click in
# the capture phase on window. No handler of the page runs, yet the click closes an open popover and
# a <dialog closedby=any>: light dismiss does not ask the events.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

CHROMIUM=$(command -v chromium || command -v chromium-browser || true)
FIREFOX=$(command -v firefox-esr || command -v firefox || true)
CHROMEDRIVER=$(command -v chromedriver || true)
GECKODRIVER=$(command -v geckodriver || true)
for need in CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER; do
  [ -n "${!need}" ] || { echo "missing on PATH: ${need,,}" >&2; exit 2; }
done
for need in node npm; do command -v "$need" >/dev/null || { echo "missing on PATH: $need" >&2; exit 2; }; done

work=$(mktemp -d)
finish() { # whatever carries our TMPDIR in its environment was started by this script
  for p in /proc/[0-9]*; do
    if grep -qszxF "TMPDIR=$work" "$p/environ"; then kill -9 "${p#/proc/}" 2>/dev/null || true; fi
  done
  cd / && { rm -rf "$work" || { sleep 1; rm -rf "$work"; }; }
}
trap finish EXIT
cd "$work"
npm install --prefix "$work" --silent --no-audit --no-fund --no-save selenium-webdriver@4.35.0 >&2 || { echo "npm install failed" >&2; exit 2; }

cat >run.js <<'JS'
const http = require('http');
const { Builder, By } = require('selenium-webdriver');
const proxy = require('selenium-webdriver/proxy');
const chrome = require('selenium-webdriver/chrome'), firefox = require('selenium-webdriver/firefox');
const env = process.env;

const page = `<!doctype html><title>menu</title>
<button id=b style="position:fixed;left:20px;top:20px">elsewhere</button>
<div popover=auto id=pop style="inset:auto;left:300px;top:200px">menu</div>
<dialog closedby=any id=dia style="margin:0;left:300px;top:200px">dialog</dialog>
<script>
  window.ran = 0; window.stopped = [];
  for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
    addEventListener(type, e => { e.preventDefault(); e.stopImmediatePropagation(); stopped.push(type); }, { capture: true, passive: false });
    b.addEventListener(type, () => ran++);
    document.addEventListener(type, () => ran++);
  }
</script>`;
const server = http.createServer((q, s) => { s.setHeader('Content-Type', 'text/html'); s.end(page); });

async function measure(name, origin) {
  const way = proxy.manual({ http: origin.slice(7), https: origin.slice(7) }); // nothing leaves loopback
  const driver = await new Builder().disableEnvironmentOverrides().forBrowser(name).setProxy(way)
    .setChromeOptions(new chrome.Options().setChromeBinaryPath(env.CHROMIUM).addArguments('--headless=new', '--no-sandbox', '--disable-dev-shm-usage'))
    .setChromeService(new chrome.ServiceBuilder(env.CHROMEDRIVER))
    .setFirefoxOptions(new firefox.Options().setBinary(env.FIREFOX).addArguments('-headless'))
    .setFirefoxService(new firefox.ServiceBuilder(env.GECKODRIVER)).build();
  try {
    const caps = await driver.getCapabilities();
    const version = caps.get('moz:geckodriverVersion') || caps.get('chrome').chromedriverVersion.split(' ')[0];
    console.log(`\n${name} ${caps.getBrowserVersion()}, driver ${version}`);
    const out = {};
    for (const [what, open, isOpen] of [['popover', 'pop.showPopover()', 'pop.matches(":popover-open")'],
      ['dialog, not modal', 'dia.show()', 'dia.open'], ['dialog, modal', 'dia.showModal()', 'dia.open']]) {
      await driver.get(origin);
      const before = await driver.executeScript(`${open}; return ${isOpen}`);
      await driver.actions().move({ x: 40, y: 30 }).click().perform();
      const r = out[what] = await driver.executeScript(`return { open: ${isOpen}, ran, stopped }`);
      r.before = before;
      console.log(`  ${what.padEnd(18)} open before: ${before}, after: ${r.open}; handlers that ran: ${r.ran}; stopped: ${r.stopped.join(' ')}`);
    }
    return out;
  } finally { await driver.quit(); }
}

setTimeout(() => { console.error('gave up after 55 s'); process.exit(2); }, 55000).unref();
server.listen(0, '127.0.0.1', async () => {
  try {
    console.log('selenium-webdriver', require('selenium-webdriver/package.json').version, '- node', process.version);
    console.log('Expected: a click whose events are all prevented and stopped has no effect; what is open stays open.');
    const origin = 'http://127.0.0.1:' + server.address().port;
    const cr = await measure('chrome', origin), fx = await measure('firefox', origin);
    const same = [cr, fx].every(b => Object.values(b).every(r => r.before && !r.open && r.ran === 0
      && r.stopped.includes('pointerdown') && r.stopped.includes('pointerup') && r.stopped.includes('click')));
    console.log(same ? '\nSeen in both: no handler ran, and everything was closed all the same.' : '\nThis is different now.');
    process.exit(same ? 0 : 1);
  } catch (e) { console.error(e); process.exit(2); }
});
JS
export CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER
status=0
TMPDIR="$work" XDG_CONFIG_HOME="$work" XDG_CACHE_HOME="$work" node run.js || status=$?
exit "$status"

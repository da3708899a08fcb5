#!/usr/bin/env bash
# WebDriver "Refresh" on a page that a service worker controls.
# geckodriver makes it a forced reload (the worker is left out, the document has no controller
# afterwards), chromedriver an ordinary one (the worker answers, the page stays controlled).
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
const { Builder } = require('selenium-webdriver');
const proxy = require('selenium-webdriver/proxy');
const chrome = require('selenium-webdriver/chrome'), firefox = require('selenium-webdriver/firefox');
const env = process.env;

const worker = `
oninstall = e => e.waitUntil(skipWaiting());
onactivate = e => e.waitUntil(clients.claim());
onfetch = e => { if (e.request.mode === 'navigate')
  e.respondWith(new Response('<!doctype html><title>from the worker</title>', { headers: { 'Content-Type': 'text/html' } })); };`;
let asked = []; // what reached the server for the document: its cache-control header
const server = http.createServer((q, s) => {
  if (q.url === '/worker.js') { s.setHeader('Content-Type', 'text/javascript'); return s.end(worker); }
  if (q.url !== '/page') { s.statusCode = 404; return s.end(); }
  asked.push(q.headers['cache-control'] || 'none');
  s.setHeader('Content-Type', 'text/html');
  s.end('<!doctype html><title>from the server</title>');
});

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
    const look = async what => {
      const row = await driver.executeScript(`return { title: document.title,
        controlled: navigator.serviceWorker.controller !== null,
        type: performance.getEntriesByType('navigation')[0].type }`);
      row.server = asked.join(',') || 'not asked'; asked = [];
      console.log(`  ${what.padEnd(18)} ${row.title}, controlled: ${row.controlled}, navigation type: ${row.type}, server: ${row.server}`);
      return row;
    };
    await driver.get(origin + '/page');
    await driver.executeAsyncScript(`const done = arguments[0];
      navigator.serviceWorker.addEventListener('controllerchange', () => done());
      navigator.serviceWorker.register('/worker.js');`);
    asked = [];
    await driver.get(origin + '/page');
    const out = { get: await look('Navigate To') };
    await driver.navigate().refresh();
    out.refresh = await look('Refresh');
    await driver.get(origin + '/page');
    await look('Navigate To');
    await driver.executeScript('window.old = true; setTimeout(() => location.reload(), 0)');
    await driver.wait(() => driver.executeScript('return !window.old && document.readyState === "complete"').catch(() => false), 10000);
    out.reload = await look('location.reload()');
    return out;
  } finally { await driver.quit(); }
}

setTimeout(() => { console.error('gave up after 55 s'); process.exit(2); }, 55000).unref();
server.listen(0, '127.0.0.1', async () => {
  try {
    console.log('selenium-webdriver', require('selenium-webdriver/package.json').version, '- node', process.version);
    console.log('Expected: Refresh is the reload button in both; the worker answers and stays the controller.');
    const origin = 'http://127.0.0.1:' + server.address().port;
    const cr = await measure('chrome', origin), fx = await measure('firefox', origin);
    const soft = r => r.title === 'from the worker' && r.controlled && r.server === 'not asked';
    const hard = r => r.title === 'from the server' && !r.controlled && r.server === 'no-cache' && r.type === 'reload';
    const same = [cr.get, fx.get, cr.reload, fx.reload, cr.refresh].every(soft) && hard(fx.refresh);
    console.log(same ? '\nSeen: Refresh goes through the worker in chromedriver and around it in geckodriver;'
      + '\na script\'s own location.reload() keeps the worker in both.' : '\nThis is different now.');
    process.exit(same ? 0 : 1);
  } catch (e) { console.error(e); process.exit(2); }
});
JS
export CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER
status=0
TMPDIR="$work" XDG_CONFIG_HOME="$work" XDG_CACHE_HOME="$work" node run.js || status=$?
exit "$status"

#!/usr/bin/env bash
# One WebDriver Actions click on a <label>: a listener on window sees two trusted clicks.
# The second goes to the control, with isTrusted true and the coordinates of the first, though that
# point is not on the control. Who lets one click pass and prevents the next ("double click guard")
# leaves the box unticked, and the driver reports success.
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

const page = `<!doctype html><title>label</title>
<label id=l for=box style="display:block;width:300px;padding:20px">I agree</label>
<p style="height:200px"><input type=checkbox id=box>
<script>
  window.seen = []; window.onlyOne = location.search === '?only-one'; let count = 0;
  for (const type of ['pointerdown', 'pointerup', 'click']) addEventListener(type, e => {
    if (type === 'click' && ++count > 1 && onlyOne) e.preventDefault();
    const r = e.target.getBoundingClientRect();
    seen.push({ type, on: e.target.localName, trusted: e.isTrusted, at: e.clientX + ',' + e.clientY, detail: e.detail,
      inside: e.clientX >= r.left && e.clientX <= r.right && e.clientY >= r.top && e.clientY <= r.bottom });
  }, true);
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
    const click = async search => {
      await driver.get(origin + search);
      await driver.actions().move({ origin: await driver.findElement(By.id('l')) }).click().perform();
      const out = await driver.executeScript('return { ticked: box.checked, seen }');
      console.log(`  ${search === '/' ? 'nothing prevented' : 'second click prevented'}: the box is ${out.ticked ? '' : 'not '}ticked`);
      for (const e of out.seen) console.log(`    ${e.type.padEnd(12)} on <${e.on}> at ${e.at}${e.inside ? '' : ' (outside it)'}, isTrusted ${e.trusted}, detail ${e.detail}`);
      return out;
    };
    return { free: await click('/'), guarded: await click('/?only-one') };
  } finally { await driver.quit(); }
}

setTimeout(() => { console.error('gave up after 55 s'); process.exit(2); }, 55000).unref();
server.listen(0, '127.0.0.1', async () => {
  try {
    console.log('selenium-webdriver', require('selenium-webdriver/package.json').version, '- node', process.version);
    console.log('Expected: one press, one trusted click, on the label; the activation of the control that follows\nhas isTrusted false or no place of its own.');
    const origin = 'http://127.0.0.1:' + server.address().port;
    const cr = await measure('chrome', origin), fx = await measure('firefox', origin);
    const twice = r => {
      const clicks = r.seen.filter(e => e.type === 'click'), downs = r.seen.filter(e => e.type === 'pointerdown');
      return downs.length === 1 && clicks.length === 2 && clicks.every(e => e.trusted) && clicks[0].at === clicks[1].at
        && clicks[0].on === 'label' && clicks[1].on === 'input' && clicks[0].inside && !clicks[1].inside;
    };
    const same = [cr, fx].every(b => twice(b.free) && b.free.ticked && twice(b.guarded) && !b.guarded.ticked);
    console.log(same ? '\nSeen in both: one pointerdown, two trusted clicks at one place, and the box hangs on the second.' : '\nThis is different now.');
    process.exit(same ? 0 : 1);
  } catch (e) { console.error(e); process.exit(2); }
});
JS
export CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER
status=0
TMPDIR="$work" XDG_CONFIG_HOME="$work" XDG_CACHE_HOME="$work" node run.js || status=$?
exit "$status"

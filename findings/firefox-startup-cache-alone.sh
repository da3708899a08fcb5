#!/usr/bin/env bash
# A new Firefox profile that is given the `startupCache` of a used one.
# Alone it is thrown away at the start, as if it were another version's; together with the used profile's
# `compatibility.ini` it is used, and the start needs about two thirds of the processor time.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

FIREFOX=$(command -v firefox-esr || command -v firefox || true)
GECKODRIVER=$(command -v geckodriver || true)
for need in FIREFOX GECKODRIVER; do
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
export FIREFOX GECKODRIVER TMPDIR=$work
cd "$work"
npm install --prefix "$work" --silent --no-audit --no-fund --no-save selenium-webdriver@4.35.0 >&2 || { echo "npm install failed" >&2; exit 2; }

cat >run.js <<'JS'
const fs = require('fs'), path = require('path');
const { Builder } = require('selenium-webdriver');
const proxy = require('selenium-webdriver/proxy');
const firefox = require('selenium-webdriver/firefox');
const env = process.env;

const cacheOf = profile => path.join(profile, 'startupCache');
const inodes = folder => new Map(fs.existsSync(folder)
  ? fs.readdirSync(folder).sort().map(name => [name, fs.statSync(path.join(folder, name)).ino]) : []);

// Processor seconds of a process and all below it, the dead ones that were waited for included.
function seconds(pid) {
  const all = new Map();
  for (const entry of fs.readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const text = fs.readFileSync(`/proc/${entry}/stat`, 'utf8');
      const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
      all.set(+entry, { parent: +rest[1], ticks: [11, 12, 13, 14].reduce((sum, at) => sum + +rest[at], 0) });
    } catch { /* it ended meanwhile */ }
  }
  const isBelow = id => id === pid || (all.has(id) && all.get(id).parent > 1 && isBelow(all.get(id).parent));
  return [...all].filter(([id]) => isBelow(id)).reduce((sum, [, one]) => sum + one.ticks, 0) / 100;
}

async function start(profile) {
  const options = new firefox.Options().setBinary(env.FIREFOX).addArguments('-headless', '-profile', profile)
    .setPreference('network.proxy.no_proxies_on', '');
  const way = proxy.manual({ http: '127.0.0.1:9', https: '127.0.0.1:9' }); // nothing leaves loopback
  const driver = await new Builder().disableEnvironmentOverrides().forBrowser('firefox').setProxy(way)
    .setFirefoxOptions(options).setFirefoxService(new firefox.ServiceBuilder(env.GECKODRIVER)).build();
  const caps = await driver.getCapabilities();
  const pid = caps.get('moz:processID');
  const told = { version: caps.getBrowserVersion(), driver: caps.get('moz:geckodriverVersion'), cpu: seconds(pid) };
  told.cache = inodes(cacheOf(profile));
  await driver.quit();
  return told;
}

async function tried(used, what, names) {
  const profile = path.resolve(what);
  fs.mkdirSync(profile);
  for (const name of names) fs.cpSync(path.join(used, name), path.join(profile, name), { recursive: true });
  const given = inodes(cacheOf(profile));
  const told = await start(profile);
  const kept = [...given].filter(([name, inode]) => told.cache.get(name) === inode).map(([name]) => name);
  console.log(`  ${what.padEnd(34)} kept of ${given.size} files: ${kept.join(', ') || 'none'}; ${told.cpu.toFixed(1)} s of processor time`);
  return { given: given.size, kept: kept.length };
}

setTimeout(() => { console.error('gave up after 170 s'); process.exit(2); }, 170000).unref();
(async () => {
  try {
    console.log('selenium-webdriver', require('selenium-webdriver/package.json').version, '- node', process.version);
    const used = path.resolve('used');
    fs.mkdirSync(used);
    const first = await start(used);
    console.log(`Firefox ${first.version}, geckodriver ${first.driver}`);
    console.log('Expected: the cache alone is thrown away; with compatibility.ini some of its files are used as they are.');
    await tried(used, 'nothing', []);
    const alone = await tried(used, 'startupCache', ['startupCache']);
    const both = await tried(used, 'startupCache + compatibility.ini', ['startupCache', 'compatibility.ini']);
    if (both.given === 0) { console.error('the used profile has no startupCache'); process.exit(2); }
    const same = alone.kept === 0 && both.kept > 0;
    console.log(same ? 'as described' : 'different now');
    process.exit(same ? 0 : 1);
  } catch (error) { console.error(error); process.exit(2); }
})();
JS
node run.js

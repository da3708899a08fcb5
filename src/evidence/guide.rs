//! The text of `VERIFY.md`.

use super::manifest::{LIMITS, Manifest};

/// How to check the folder of a run with tools that any Linux has; every `sh` block exits with 0 only if all is well.
pub(super) fn text(manifest: &Manifest) -> String {
    let limits: String = LIMITS.iter().map(|limit| format!("- {limit}\n")).collect();
    let seal = if manifest.sealed_by().is_some() { [SEAL, TOKEN].concat() } else { NO_SEAL.to_owned() };
    format!("{GUIDE}{seal}{WORTH}").replace("@RUN@", manifest.run.as_str()).replace("@LIMITS@", &limits)
}

const GUIDE: &str = r#"# How to check the proof of run @RUN@

No network and no program of ours is needed. Open a shell in this folder and run the blocks one after the other: all is
well only if every one of them prints its `ok` line. Steps 1 and 2 need nothing but the tools of a plain Debian; the others
also need `jq`, and the last two `openssl` 3. (On macOS take `shasum -a 256` for `sha256sum`, and `xxd -r -p` for
`basenc --base16 -d`.)

With the program at hand, `exeunt evidence verify @RUN@` does all of this and also compares manifest and seal with the
ledger.

## 1. No file changed

`SHA256SUMS` lists every file of the proof, the manifest and its seal.

```sh
sha256sum --quiet --strict --check SHA256SUMS && echo "ok 1: no file changed"
```

## 2. No file was added

The folder `report/` is derived from the proof and is no part of it; everything else must be listed.

```sh
test "$(find . -path ./report -prune -o ! -type d -print | sed 's|^\./||' | grep -vx SHA256SUMS | LC_ALL=C sort)" \
   = "$(cut -c 67- SHA256SUMS | LC_ALL=C sort)" && echo "ok 2: no file was added"
```

## 3. The manifest says the same as SHA256SUMS

```sh
seal=$(jq -r 'if .seal == "none" then "" else "seal.json" end' manifest.json)
test -f seal.tsr && seal="$seal seal.tsr"
test "$(jq -r '.files[] | .sha256 + "  " + .path' manifest.json; sha256sum manifest.json $seal)" = "$(cat SHA256SUMS)" \
   && echo "ok 3: the two lists agree"
```

## 4. The chain holds

Each line of `events.jsonl` is a link: `hash` is the SHA-256 of the 32 bytes of `prev` followed by the bytes of `body`, and
`prev` is the `hash` of the line before. The last one is the manifest's `chain_head`. Where the manifest lists a gap, entries
of other runs lie in between and are not here.

```sh
jq -r '[.seq, .prev, .hash, (.body | @base64)] | map(tostring) | join(" ")' events.jsonl | {
  expected=$(jq -r '.chain_before.hash' manifest.json)
  gaps=$(jq -r '[.gaps[]? | "\(.after)-\(.until)"] | join(" ")' manifest.json)
  last=
  while read -r seq prev hash body; do
    found=$({ printf %s "$prev" | tr a-f A-F | basenc --base16 -d; printf %s "$body" | base64 -d; } | sha256sum | cut -c 1-64)
    case " $gaps " in *" $last-$seq "*) expected=$prev ;; esac
    if [ "$prev" != "$expected" ] || [ "$hash" != "$found" ]; then expected="broken at $hash"; break; fi
    expected=$hash last=$seq
  done
  test "$expected" = "$(jq -r '.chain_head.hash' manifest.json)" && echo "ok 4: the chain holds"
}
```

## 5. The files are those that the chain names

The hash of each picture, snapshot, record and added file was noted in the chain when it was kept, so none can be exchanged
later. What was deleted on purpose is listed in the manifest under `purged`, with its hash.

```sh
named=$(jq -r '.body | fromjson | .fact | select((.run // "@RUN@") == "@RUN@")
  | ((.shots // [])[], (.files | arrays)[], (select(.kind == "attached") | {sha256, path}))
  | .sha256 + "  " + .path' events.jsonl | LC_ALL=C sort -u)
purged=$(jq -r '.purged.files[]? | .sha256 + "  " + .path' manifest.json)
left=$(printf '%s\n' "$named" | grep -vxF -e "$purged" || true)
case $purged in "") left=$named ;; esac
{ test -z "$left" || printf '%s\n' "$left" | sha256sum --quiet --strict --check -; } && echo "ok 5: the files are those"
```
"#;

const SEAL: &str = r#"
## 6. The seal is good

`seal.json` is a DSSE envelope. What is signed with Ed25519 is the text `DSSEv1`, the length and text of the payload's type,
and the length and bytes of the payload; the payload names the manifest's hash and the end of the chain. The key's id is the
SHA-256 of the key in DER form. Compare it with the id that the owner of the proof gave you by another way.

```sh
made=$(mktemp -d)
jq -j '.payload' seal.json | base64 -d > "$made/payload"
jq -j '.signatures[0].sig' seal.json | base64 -d > "$made/sig"
type=$(jq -r '.payloadType' seal.json)
{ printf 'DSSEv1 %s %s %s ' ${#type} "$type" "$(wc -c < "$made/payload" | tr -d ' ')"; cat "$made/payload"; } > "$made/signed"
id=$(openssl pkey -pubin -in seal-key.pem -outform DER | sha256sum | cut -c 1-64)
openssl pkeyutl -verify -pubin -inkey seal-key.pem -rawin -in "$made/signed" -sigfile "$made/sig" > "$made/said" \
  && test "$type" = application/vnd.exeunt.seal+json \
  && test "$(jq -r '.manifest_sha256 + " " + .chain_head.hash + " ed25519:" + .key' "$made/payload")" \
        = "$(sha256sum < manifest.json | cut -c 1-64) $(jq -r '.chain_head.hash + " " + .seal' manifest.json)" \
  && test "$id" = "$(jq -r '.key' "$made/payload")" && test "$id" = "$(jq -r '.signatures[0].keyid' seal.json)" \
  && echo "ok 6: the seal is good; the key is $id"
good=$?
rm -r "$made"
(exit $good)
```
"#;

const TOKEN: &str = r#"
## 7. The time token, if there is one

`seal.tsr` is the answer of a time stamp authority (RFC 3161): it saw the hash of `seal.json` not later than it says. Its
signature is checked with the authority's certificates as they were good at that time, because they expire and the token stays;
`TSA_CA` names a file with them, the system's own where it is not set.

```sh
if test -f seal.tsr; then
  at=$(openssl ts -reply -in seal.tsr -text | sed -n 's/^Time stamp: *//p')
  seconds=$(date -u -d "$at" +%s 2> /dev/null || date -j -u -f '%b %d %T %Y GMT' "$at" +%s)
  openssl ts -verify -data seal.json -in seal.tsr -attime "$seconds" \
    -CAfile "${TSA_CA:-/etc/ssl/certs/ca-certificates.crt}" \
    && echo "Time stamp: $at" && echo "ok 7: the time token is good"
else
  echo "ok 7: there is no time token"
fi
```
"#;

const NO_SEAL: &str = r#"
This proof has no seal: who holds the folder and the ledger could make both anew.
"#;

const WORTH: &str = r#"
## What this shows, and what it does not

@LIMITS@"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::fact::Mode;
    use crate::event::state::EffectState;
    use crate::evidence::sample::Sample;

    #[test]
    fn the_guide_names_the_run_and_the_limits() {
        let temp = tempfile::tempdir().unwrap();
        let mut sample = Sample::begun(&temp.path().join("evidence"), Mode::Live);
        sample.removal("ann", EffectState::Done);
        let mut manifest = sample.finish().manifest;
        let sealed = text(&manifest);
        assert!(!sealed.contains("@RUN@") && !sealed.contains("@LIMITS@"));
        assert!(sealed.contains("== \"R7M\"") && sealed.contains(LIMITS[1]) && sealed.contains("openssl pkeyutl"));
        manifest.seal = "none".to_owned();
        assert!(!text(&manifest).contains("openssl pkeyutl"));
    }
}

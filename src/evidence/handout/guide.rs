//! The text of a handout's `VERIFY.md`.

use super::contents::{Handout, Names};

/// How to check an unpacked handout; every `sh` block exits with 0 only if all is well.
pub(super) fn text(handout: &Handout) -> String {
    let limits: String = handout.limits.iter().map(|limit| format!("- {limit}\n")).collect();
    let names = match handout.names {
        Names::Full => "The folder `proof/` is the proof as it is: its own `VERIFY.md` checks it too.",
        Names::Initials | Names::Hidden => {
            "Entries about other people keep only their place and their two hashes: what they say cannot be checked here, but \
             none can be taken out or put in. Pictures and pages that show other people, or may, were left out; `handout.json` \
             has their hashes, so that whoever has the whole proof can show that they are the same."
        }
    };
    let seal = if handout.seal_sha256.is_some() { SEAL } else { "" };
    format!("{GUIDE}{seal}\n## What this shows, and what it does not\n\n@LIMITS@")
        .replace("@RUN@", handout.run.as_str())
        .replace("@NAMES@", names)
        .replace("@LIMITS@", &limits)
}

const GUIDE: &str = r#"# How to check this handout of the proof of run @RUN@

Unpack it, open a shell in its folder and run the blocks one after the other: all is well only if every one of them prints
its `ok` line. They need `sha256sum`, `jq` and `openssl` 3, no network, and no program of ours. With the program at hand,
`exeunt evidence verify FILE.zip` does all of this without unpacking anything.

@NAMES@

## 1. No file changed, none was added

```sh
sha256sum --quiet --strict --check SHA256SUMS \
  && test "$(find . ! -type d -print | sed 's|^\./||' | grep -vx SHA256SUMS | LC_ALL=C sort)" \
        = "$(cut -c 67- SHA256SUMS | LC_ALL=C sort)" && echo "ok 1: the files are those of SHA256SUMS"
```

## 2. The list says the same

```sh
test "$(jq -r '.files[] | .sha256 + "  " + .path' handout.json | LC_ALL=C sort -k 2)" \
   = "$(grep '  proof/' SHA256SUMS | LC_ALL=C sort -k 2)" && echo "ok 2: the two lists agree"
```

## 3. The list is signed

What is signed with Ed25519 is the text `DSSEv1`, the length and text of the payload's type, and the length and bytes of the
payload. Compare the key's id with the one that the owner of the proof gave you by another way.

```sh
signed() {
  made=$(mktemp -d)
  jq -j '.payload' "$1" | base64 -d > "$made/payload"
  jq -j '.signatures[0].sig' "$1" | base64 -d > "$made/sig"
  { printf 'DSSEv1 %s %s %s ' ${#2} "$2" "$(wc -c < "$made/payload" | tr -d ' ')"; cat "$made/payload"; } > "$made/signed"
  openssl pkeyutl -verify -pubin -inkey seal-key.pem -rawin -in "$made/signed" -sigfile "$made/sig" > "$made/said" \
    && test "$(jq -r '.payloadType' "$1")" = "$2" && test "$(jq -r "$3" "$made/payload")" = "$4"
  good=$?
  rm -r "$made"
  return $good
}
id=$(openssl pkey -pubin -in seal-key.pem -outform DER | sha256sum | cut -c 1-64)
signed handout-seal.json application/vnd.exeunt.handout+json '.handout_sha256 + " " + .key' \
  "$(sha256sum < handout.json | cut -c 1-64) $id" && echo "ok 3: the list is signed by the key $id"
```

## 4. The chain holds

`hash` is the SHA-256 of the 32 bytes of `prev` followed by the bytes of `body`; `prev` is the `hash` of the line before. A line
with `withheld` has no `body`.

```sh
jq -r '[.seq, .prev, .hash, ((.body // "") | @base64), (has("body") | tostring)] | map(tostring) | join(",")' proof/events.jsonl | {
  expected=$(jq -r '.chain_before.hash' handout.json)
  gaps=$(jq -r '[.gaps[]? | "\(.after)-\(.until)"] | join(" ")' handout.json)
  last=
  while IFS=, read -r seq prev hash body whole; do
    found=$hash
    if [ "$whole" = true ]; then
      found=$({ printf %s "$prev" | tr a-f A-F | basenc --base16 -d; printf %s "$body" | base64 -d; } | sha256sum | cut -c 1-64)
    fi
    case " $gaps " in *" $last-$seq "*) expected=$prev ;; esac
    if [ "$prev" != "$expected" ] || [ "$hash" != "$found" ]; then expected="broken at $hash"; break; fi
    expected=$hash last=$seq
  done
  test "$expected" = "$(jq -r '.chain_head.hash' handout.json)" && echo "ok 4: the chain holds"
}
```

## 5. The files are those that the chain names

An `observation.json` is named by the signed list alone.

```sh
named=$(jq -r 'select(has("body")) | .body | fromjson | .fact | select((.run // "@RUN@") == "@RUN@")
  | ((.shots // [])[], (.files | arrays)[], (select(.kind == "attached") | {sha256, path}))
  | .sha256 + "  proof/" + .path' proof/events.jsonl | LC_ALL=C sort -u)
here=$(jq -r '.files[] | select(.path | test("^proof/(items|steps|run|attached)/") and (test("/observation[-0-9]*[.]json$") | not))
  | .sha256 + "  " + .path' handout.json)
{ test -z "$here" || test -z "$(printf '%s\n' "$here" | grep -vxF -e "$named")"; } && echo "ok 5: the files are those"
```
"#;

const SEAL: &str = r#"
## 6. It is of a proof that was sealed

`proof/seal.json` was made when the run ended, or when something was added to it. It names the manifest of the whole proof and
the end of the same chain. The key beside it should be the one of step 3, unless the installation has another one by now.

```sh
signed() {
  made=$(mktemp -d)
  jq -j '.payload' "$1" | base64 -d > "$made/payload"
  jq -j '.signatures[0].sig' "$1" | base64 -d > "$made/sig"
  { printf 'DSSEv1 %s %s %s ' ${#2} "$2" "$(wc -c < "$made/payload" | tr -d ' ')"; cat "$made/payload"; } > "$made/signed"
  openssl pkeyutl -verify -pubin -inkey proof/seal-key.pem -rawin -in "$made/signed" -sigfile "$made/sig" > "$made/said" \
    && test "$(jq -r '.payloadType' "$1")" = "$2" && test "$(jq -r "$3" "$made/payload")" = "$4"
  good=$?
  rm -r "$made"
  return $good
}
signed proof/seal.json application/vnd.exeunt.seal+json '.manifest_sha256 + " " + .chain_head.hash' \
  "$(jq -r '.manifest_sha256 + " " + .chain_head.hash' handout.json)" && echo "ok 6: the seal is of this chain"
```
"#;

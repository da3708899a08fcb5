//! The text of `VERIFY.md`.

use super::manifest::LIMITS;
use crate::event::id::RunId;

/// How to check the folder of `run` with tools that any Linux has; every `sh` block exits with 0 only if all is well.
pub(super) fn text(run: &RunId) -> String {
    let limits: String = LIMITS.iter().map(|limit| format!("- {limit}\n")).collect();
    GUIDE.replace("@RUN@", run.as_str()).replace("@LIMITS@", &limits)
}

const GUIDE: &str = r#"# How to check the proof of run @RUN@

No network and no program of ours is needed. Open a shell in this folder and run the five blocks one after the other: all
is well only if every one of them prints its `ok` line. Steps 1 and 2 need nothing but the tools of a plain Debian; steps
3 to 5 also need `jq`. (On macOS take `shasum -a 256` for `sha256sum`, and `xxd -r -p` for `basenc --base16 -d`.)

With the program at hand, `exeunt evidence verify @RUN@` does all of this and also compares the manifest with the ledger.

## 1. No file changed

`SHA256SUMS` lists every file of the proof and the manifest itself.

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
test "$(jq -r '.files[] | .sha256 + "  " + .path' manifest.json; sha256sum manifest.json)" = "$(cat SHA256SUMS)" \
   && echo "ok 3: the two lists agree"
```

## 4. The chain holds

Each line of `events.jsonl` is a link: `hash` is the SHA-256 of the 32 bytes of `prev` followed by the bytes of `body`, and
`prev` is the `hash` of the line before. The last one is the manifest's `chain_head`.

```sh
jq -r '[.prev, .hash, (.body | @base64)] | join(" ")' events.jsonl | {
  expected=$(jq -r '.chain_before.hash' manifest.json)
  while read -r prev hash body; do
    found=$({ printf %s "$prev" | tr a-f A-F | basenc --base16 -d; printf %s "$body" | base64 -d; } | sha256sum | cut -c 1-64)
    if [ "$prev" != "$expected" ] || [ "$hash" != "$found" ]; then expected="broken at $hash"; break; fi
    expected=$hash
  done
  test "$expected" = "$(jq -r '.chain_head.hash' manifest.json)" && echo "ok 4: the chain holds"
}
```

## 5. The pictures are those that the chain names

The hash of each picture was recorded when it was taken, so pictures cannot be exchanged later.

```sh
shots=$(jq -r '.body | fromjson | .fact | select((.run // "@RUN@") == "@RUN@")
  | (.shots // [])[] | .sha256 + "  " + .path' events.jsonl | LC_ALL=C sort -u)
{ test -z "$shots" || printf '%s\n' "$shots" | sha256sum --quiet --strict --check -; } && echo "ok 5: the pictures are those"
```

## What this shows, and what it does not

@LIMITS@"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_names_the_run_and_the_limits() {
        let text = text(&"R7M".parse().unwrap());
        assert!(!text.contains('@') || !text.contains("@RUN@") && !text.contains("@LIMITS@"));
        assert!(text.contains("== \"R7M\"") && text.contains(LIMITS[1]));
    }
}

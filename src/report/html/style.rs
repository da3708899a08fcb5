//! The style sheet: one for light, dark, paper and narrow screens.

use crate::report::pace;

/// The whole sheet; its hash stands in the page's policy.
pub(super) fn sheet() -> String {
    format!("{SHEET}{}", pace::STYLE)
}

const SHEET: &str = "\
:root{color-scheme:light dark;--paper:#f6f5f1;--card:#fff;--ink:#1c2024;--soft:#5d646c;--rule:#e2e0d9;--accent:#0b6e63;\
--tint:#e3f1ee;--warn:#a4481a;--warn-tint:#fbeee4;--bad:#a3243b;--bad-tint:#fae8eb;--quiet:#eceae4;--shadow:0 1px 2px #0000000f}\
@media(prefers-color-scheme:dark){:root{--paper:#141618;--card:#1c1f22;--ink:#e7e6e2;--soft:#a0a6ad;--rule:#31353a;\
--accent:#5cc3b3;--tint:#17312e;--warn:#f0a06b;--warn-tint:#38261a;--bad:#f08a9b;--bad-tint:#3a1e24;--quiet:#272b2f;--shadow:none}}\
*{box-sizing:border-box}\
html{-webkit-text-size-adjust:100%}\
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}\
main,.top,footer{max-width:64rem;margin:0 auto;padding:0 1.25rem}\
.top{display:flex;gap:.75rem;align-items:center;padding-top:1.4rem;padding-bottom:.4rem;color:var(--soft);font-size:.9rem}\
.top b{color:var(--ink);letter-spacing:.01em}.top a{margin-left:auto}\
h1{font-size:clamp(1.5rem,3.6vw,2.15rem);line-height:1.22;letter-spacing:-.015em;margin:.5rem 0 .6rem;font-weight:650;text-wrap:balance}\
h2{font-size:1.15rem;margin:2.4rem 0 .7rem;font-weight:650}\
h3{font-size:1rem;margin:0;font-weight:650}\
p{margin:.4rem 0}\
a{color:var(--accent);text-underline-offset:.15em}\
code,.code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace;overflow-wrap:anywhere}\
pre{margin:.6rem 0;padding:.7rem .9rem;background:var(--quiet);border-radius:8px;overflow-x:auto}\
.lead,.soft{color:var(--soft)}\
.card{background:var(--card);border:1px solid var(--rule);border-radius:12px;box-shadow:var(--shadow);padding:1rem 1.15rem}\
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(9rem,40%),13rem));gap:.7rem;margin:1.3rem 0 0;padding:0;list-style:none}\
.tiles .card{padding:.75rem 1rem;border-left:4px solid var(--rule)}\
.tiles strong{display:block;font-size:1.75rem;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}\
.tiles span{color:var(--soft);font-size:.92rem}\
.tiles .removed,.tiles .ready{border-left-color:var(--accent)}.tiles .in-doubt{border-left-color:var(--warn)}.tiles .failed{border-left-color:var(--bad)}\
.badge{display:inline-block;padding:.08rem .6rem;border-radius:99px;font-size:.84rem;font-weight:600;background:var(--quiet);color:var(--soft);white-space:nowrap}\
.badge.removed,.badge.ready{background:var(--tint);color:var(--accent)}\
.badge.in-doubt,.badge.practice{background:var(--warn-tint);color:var(--warn)}\
.badge.failed{background:var(--bad-tint);color:var(--bad)}\
.notice{border-left:4px solid var(--warn)}.notice.failed{border-left-color:var(--bad)}\
.stack>*+*{margin-top:.8rem}.lead+.stack{margin-top:1.3rem}\
.head{display:flex;flex-wrap:wrap;gap:.3rem .7rem;align-items:baseline}\
.head .badge{margin-left:auto}\
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\
th{font-weight:600;text-align:left;color:var(--soft);font-size:.88rem}\
th,td{padding:.45rem .8rem .45rem 0;border-bottom:1px solid var(--rule);vertical-align:top}\
tr:last-child td{border-bottom:0}td.n,th.n{text-align:right;padding-right:1.6rem}.days td:last-child{width:55%}\
dl{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.35rem 1rem;margin:0}\
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\
.plot{overflow-x:auto;margin:0}.plot+.plot{margin-top:1.2rem}\
.plot svg{display:block;width:100%;min-width:36rem;height:auto}\
figcaption{font-size:.9rem;color:var(--soft)}\
.key{white-space:nowrap}.key i{display:inline-block;width:1.5rem;margin:0 .4rem 0 .6rem;border-top:2px dashed var(--warn);vertical-align:.25em}\
.person{scroll-margin-top:1rem;break-inside:avoid}.person:target{outline:2px solid var(--accent)}\
.person h3{font-size:1.05rem}\
.shots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(13rem,100%),1fr));gap:.9rem;align-items:start;margin:.8rem 0 .2rem}\
.shots figure{margin:0;min-width:0}\
.shots img{display:block;max-width:100%;height:auto;max-height:15rem;object-fit:contain;object-position:left top;background:#fff;border:1px solid var(--rule);border-radius:6px}\
.shots figcaption{margin-top:.25rem;font-size:.82rem}\
.wide .shots{grid-template-columns:1fr}.wide .shots img{max-height:34rem}\
.gap{color:var(--bad)}blockquote{margin:0;padding:.1rem 0 .1rem .8rem;border-left:3px solid var(--accent)}\
.look+.look{margin-top:1rem;padding-top:.7rem;border-top:1px solid var(--rule)}.person dl{margin:.6rem 0}\
.steps{margin-top:.5rem;font-size:.92rem}.cmd{margin:.5rem 0 .2rem}\
details{margin-top:.6rem}summary{cursor:pointer;color:var(--accent);font-size:.92rem}\
nav.pages{display:flex;gap:1rem;flex-wrap:wrap;margin:1.6rem 0}nav.pages .next{margin-left:auto}\
ul.plain{margin:.5rem 0;padding-left:1.15rem}ul.plain li{margin:.25rem 0}\
footer{color:var(--soft);font-size:.88rem;padding-top:2.5rem;padding-bottom:2.5rem}\
@media(max-width:36rem){.card:has(table){overflow-x:auto}.card table{min-width:30rem}\
.plot figcaption::after{content:' Scroll sideways to see all of it.'}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.55rem}.head .badge{margin-left:0}.card{padding:.85rem .9rem}}\
@media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#ccc;--accent:#0b6e63;--tint:#eef6f4;--warn:#8a3a12;\
--warn-tint:#fdf4ec;--bad:#8a1c30;--bad-tint:#fdf0f2;--quiet:#f2f2f2;--shadow:none;color-scheme:light}body{font-size:10.5pt}\
main,.top,footer{max-width:none;padding-left:0;padding-right:0}nav.pages,.top a{display:none}h2{break-after:avoid}\
.card,tr,figure{break-inside:avoid}details>summary{display:none}.plot svg{min-width:0}}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_telephone_tables_scroll_in_their_card_and_a_chart_says_that_it_goes_on() {
        let narrow = SHEET.split("@media(max-width:36rem){").nth(1).unwrap().split("@media").next().unwrap();
        for rule in [".card:has(table){overflow-x:auto}", ".card table{min-width", ".plot figcaption::after{content:"] {
            assert!(narrow.contains(rule), "{rule}: {narrow}");
        }
    }

    #[test]
    fn the_sheet_loads_nothing_and_closes_what_it_opens() {
        let sheet = sheet();
        assert!(!sheet.contains("url(") && !sheet.contains("@import") && !sheet.contains('<'));
        assert_eq!(sheet.matches('{').count(), sheet.matches('}').count());
    }
}

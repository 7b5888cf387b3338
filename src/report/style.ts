/** One style for all reports; colours by variables, so that dark is the same page in other ink. */
export const style = `
:root{color-scheme:light dark;--ink:#1f2328;--muted:#59636e;--line:#d1d9e0;--paper:#fff;--soft:#f6f8fa;--pass:#1a7f37;--fail:#cf222e;--inconclusive:#9a6700;--link:#0969da;--s0:#0969da;--s1:#bc4c00;--s2:#1a7f37;--s3:#8250df;--s4:#bf3989;--s5:#57606a}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--muted:#9198a1;--line:#3d444d;--paper:#0d1117;--soft:#151b23;--pass:#3fb950;--fail:#f85149;--inconclusive:#d29922;--link:#4493f8;--s0:#4493f8;--s1:#f0883e;--s2:#3fb950;--s3:#ab7df8;--s4:#db61a2;--s5:#9198a1}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1000px;margin:0 auto;padding:28px 20px 60px}
header{border-left:5px solid var(--muted);background:var(--soft);padding:14px 20px;border-radius:6px}
header.pass{border-color:var(--pass)}header.fail{border-color:var(--fail)}header.inconclusive{border-color:var(--inconclusive)}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:30px 0 8px}
.headline{font-size:16px;font-weight:600;margin:0}header ul{margin:8px 0 0;padding-left:20px}
details{margin:22px 0;border:1px solid var(--line);border-radius:6px;padding:0 16px}details[open]{padding-bottom:14px}
summary{cursor:pointer;font-weight:600;padding:10px 0}
.table{overflow-x:auto}.table+.table{margin-top:16px}table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--muted);white-space:nowrap}.right{text-align:right}td.right{white-space:nowrap}
code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--soft);padding:1px 5px;border-radius:4px;overflow-wrap:anywhere}
pre{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--soft);padding:12px 14px;border-radius:6px;overflow-x:auto}
a{color:var(--link)}.note{color:var(--muted);font-size:13px;margin:6px 0}
.verdict{font-weight:600}.verdict.pass{color:var(--pass)}.verdict.fail{color:var(--fail)}.verdict.inconclusive{color:var(--inconclusive)}
figure{margin:16px 0}figcaption{font-size:14px;font-weight:600;margin-bottom:4px}
svg{width:100%;height:auto;max-width:760px}svg text{fill:var(--muted);font:12px system-ui,sans-serif}
.axis{stroke:var(--line)}.mark{stroke:var(--fail);stroke-dasharray:5 4}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:8px 20px;margin:16px 0}.xy{margin:0;max-width:460px}.legend .line,.legend .dots{background:var(--ink)}.legend .dots{border-radius:50%}.legend .guide{height:0;border-top:2px dashed var(--ink);vertical-align:4px}
.forest svg text{font-size:11.5px}.forest .name{fill:var(--ink)}.guide{stroke:var(--muted);stroke-dasharray:4 4}
.item{stroke:var(--s0);fill:var(--s0);stroke-width:1.8}.item rect,.forest text{stroke:none}.item.pass{stroke:var(--pass);fill:var(--pass)}.item.fail{stroke:var(--fail);fill:var(--fail)}.item.inconclusive{stroke:var(--inconclusive);fill:var(--inconclusive)}
.matrix{width:auto}.matrix td{text-align:right;background:color-mix(in srgb,var(--s0) calc(var(--shade,0%)*.55),transparent)}.matrix thead th{text-align:right}
.multiples{margin:16px 0}.caption{font-size:14px;font-weight:600;margin:0 0 4px}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(270px,1fr));gap:14px;margin-top:12px}
.card{margin:0;border:1px solid var(--line);border-radius:8px;padding:12px 14px 8px}.card.alarm{border-color:var(--fail);border-color:color-mix(in srgb,var(--fail) 45%,var(--line))}
.card figcaption{margin:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.card p{margin:0 0 8px;color:var(--muted);font-size:12px;line-height:1.4;min-height:1.4em}
.card svg text{font-size:11px}.before{fill:var(--line);background:var(--line)}.now{fill:var(--s0);background:var(--s0)}
circle.before{fill:var(--paper);stroke:var(--muted);stroke-width:1.5}.move{stroke:var(--s0);stroke-width:3;opacity:.35}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--muted)}
.legend i{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:5px;vertical-align:-1px}
footer{margin-top:36px;padding-top:12px;border-top:1px solid var(--line);color:var(--muted);font-size:13px;display:flex;flex-wrap:wrap;gap:4px 18px}
`;

const Q=153,W=[153],X={21153:((I,k,v)=>{v.d(k,{renderHtml:()=>E});var w=v(62450),o=v(65655);const i={width:760,height:280,left:64,right:16,top:12,bottom:44},M={width:i.width-i.left-i.right,height:i.height-i.top-i.bottom},D=t=>`var(--s${t%6})`;function m({title:t,x:e,y:n,series:r,lines:d=[]}){const l=[...r.flatMap(a=>a.values),...d.map(a=>a.y)].filter(j);if(l.length===0||e.values.length===0)return"";const c=N(n.min??Math.min(...l),n.max??Math.max(...l)),p=e.values.every(j)?e.values:e.values.map((a,g)=>g),[s,u]=[Math.min(...p),Math.max(...p)],x=a=>i.left+(u===s?.5:(p[a]-s)/(u-s))*M.width,b=r.map((a,g)=>{const S=a.values.map(($,C)=>({value:$,i:C})).filter($=>j($.value)),L=S.map(({value:$,i:C})=>`${h(x(C))},${h(c.at($))}`).join(" "),H=S.length>40?"":S.map(({value:$,i:C})=>`<circle cx="${h(x(C))}" cy="${h(c.at($))}" r="2.5" fill="${D(g)}"/>`).join("");return`<polyline points="${L}" fill="none" stroke="${D(g)}" stroke-width="2"/>${H}`}),F=d.map(a=>`<line class="mark" x1="${i.left}" x2="${i.width-i.right}" y1="${h(c.at(a.y))}" y2="${h(c.at(a.y))}"/><text x="${i.width-i.right}" y="${h(c.at(a.y))-4}" text-anchor="end">${(0,o.ZD)(a.name)}</text>`),y=Math.max(1,Math.ceil(e.values.length/8)),Z=e.values.map((a,g)=>({value:a,i:g})).filter(({i:a})=>a%y===0).map(({value:a,i:g})=>R(x(g),j(a)?(0,w.ZV)(a,3):a));return V(t,[...c.grid,...Z,...b,...F,T(e.label,n.label)],r)}function f({title:t,categories:e,y:n,series:r}){const d=r.flatMap(y=>y.values).filter(j);if(d.length===0)return"";const l=e.slice(0,40),c=N(Math.min(0,...d),Math.max(...d)),p=M.width/l.length,s=p*.8/r.length,u=r.flatMap((y,Z)=>y.values.slice(0,l.length).map((a,g)=>{const S=i.left+p*g+p*.1+s*Z,[L,H]=[c.at(Math.max(a,0)),c.at(Math.min(a,0))],$=`${l[g]}, ${y.name}: ${(0,w.ZV)(a,3)}`;return`<rect x="${h(S)}" y="${h(L)}" width="${h(s)}" height="${h(Math.max(.5,H-L))}" fill="${D(Z)}"><title>${(0,o.ZD)($)}</title></rect>`})),x=Math.max(3,Math.floor(p/7)),b=Math.max(1,Math.ceil(l.length/14)),F=l.flatMap((y,Z)=>Z%b===0?[R(i.left+p*(Z+.5),A(y,x*b))]:[]);return V(t,[...c.grid,...F,...u,T("",n.label)],r)}function N(t,e){const n=P((e-t||Math.abs(e)||1)/4),r=Math.floor(t/n+1e-9)*n,d=Math.max(r+n,Math.ceil(e/n-1e-9)*n),l=s=>i.top+(1-(s-r)/(d-r))*M.height,c=Math.round((d-r)/n),p=Array.from({length:c+1},(s,u)=>{const x=r+u*n,b=h(l(x));return`<line class="axis" x1="${i.left}" x2="${i.width-i.right}" y1="${b}" y2="${b}"/><text x="${i.left-8}" y="${b+4}" text-anchor="end">${(0,o.ZD)((0,w.ZV)(Number(x.toPrecision(10)),4))}</text>`});return{at:l,grid:p}}function P(t){const e=10**Math.floor(Math.log10(t)),n=t/e;return(n<=1?1:n<=2?2:n<=5?5:10)*e}function R(t,e){return`<text x="${h(t)}" y="${i.height-i.bottom+18}" text-anchor="middle">${(0,o.ZD)(A(e,14))}</text>`}function T(t,e){const n=i.top+M.height/2;return`<text x="${i.left+M.width/2}" y="${i.height-6}" text-anchor="middle">${(0,o.ZD)(t)}</text><text transform="translate(13 ${n}) rotate(-90)" text-anchor="middle">${(0,o.ZD)(e)}</text>`}function V(t,e,n){const r=n.map(({name:d},l)=>`<span><i style="background:${D(l)}"></i>${(0,o.ZD)(d)}</span>`);return`<figure><figcaption>${(0,o.ZD)(t)}</figcaption><svg viewBox="0 0 ${i.width} ${i.height}" role="img" aria-label="${(0,o.ZD)(t)}">${e.join("")}</svg><div class="legend">${r.join("")}</div></figure>`}const j=t=>typeof t=="number"&&Number.isFinite(t),h=t=>Math.round(t*10)/10,A=(t,e)=>t.length>e?`${t.slice(0,e-1)}\u2026`:t;var _=v(61791);const B=1e3,U=5e4;function E(t){const{title:e,verdict:n,headline:r,reasons:d,sections:l,footer:c}=t,p=n===void 0?"":`<span aria-hidden="true">${o.f2[n]}</span> `;return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${(0,o.ZD)(e)}</title>
<style>${_.i}</style>
</head>
<body>
<main>
<header class="${n??"neutral"}">
<h1>${p}${(0,o.ZD)(e)}</h1>
<p class="headline">${(0,o.ZD)(r)}</p>
${d.length>0?`<ul>${d.map(s=>`<li>${z(s)}</li>`).join("")}</ul>`:""}
</header>
${l.map(G).join(`
`)}
<footer>${c.map(({name:s,value:u})=>`<span><b>${(0,o.ZD)(s)}</b> ${z(u)}</span>`).join(`
`)}</footer>
</main>
</body>
</html>
`}function G({title:t,folded:e,blocks:n}){const r=n.map(J).join(`
`);return e?`<details><summary>${(0,o.ZD)(t)}</summary>
${r}
</details>`:`<section><h2>${(0,o.ZD)(t)}</h2>
${r}
</section>`}function J(t){switch(t.kind){case"paragraph":return`<p>${z(t.text)}</p>`;case"bullets":return`<ul>${t.items.map(e=>`<li>${z(e)}</li>`).join("")}</ul>`;case"table":return K(t);case"code":return`<pre>${(0,o.ZD)(t.text.slice(0,U))}</pre>`;case"line-chart":return m(t);case"bar-chart":return f(t)}}function K({columns:t,rows:e,note:n}){const r=(s,u,x)=>`<${s}${t[x]?.align==="right"?' class="right"':""}>${u}</${s}>`,d=t.map(({title:s},u)=>r("th",(0,o.ZD)(s),u)).join(""),l=e.slice(0,B).map(s=>`<tr>${s.map((u,x)=>r("td",z(u),x)).join("")}</tr>`).join(`
`),c=e.length-Math.min(e.length,B),p=[...c>0?[`${c} more rows are in result.json.`]:[],...n===void 0?[]:[n]];return`<div class="table"><table><thead><tr>${d}</tr></thead>
<tbody>${l}</tbody></table></div>${p.map(s=>`<p class="note">${(0,o.ZD)(s)}</p>`).join("")}`}function z(t){return(0,o.b1)(t).map(O).join("")}function O(t){if(typeof t=="string")return(0,o.ZD)(t);if("bold"in t)return`<strong>${(0,o.ZD)(t.bold)}</strong>`;if("code"in t)return`<code>${(0,o.ZD)(t.code)}</code>`;if("verdict"in t)return`<span class="verdict ${t.verdict}">${t.verdict}</span>`;const e=(0,o.o3)(t.link),n=(0,o.ZD)(t.text);return e===void 0?n:`<a href="${(0,o.ZD)(e)}" rel="noreferrer">${n}</a>`}}),61791:((I,k,v)=>{v.d(k,{i:()=>w});const w=`
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
.table{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--muted);white-space:nowrap}.right{text-align:right}
code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--soft);padding:1px 5px;border-radius:4px;overflow-wrap:anywhere}
pre{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--soft);padding:12px 14px;border-radius:6px;overflow-x:auto}
a{color:var(--link)}.note{color:var(--muted);font-size:13px;margin:6px 0}
.verdict{font-weight:600}.verdict.pass{color:var(--pass)}.verdict.fail{color:var(--fail)}.verdict.inconclusive{color:var(--inconclusive)}
figure{margin:16px 0}figcaption{font-size:14px;font-weight:600;margin-bottom:4px}
svg{width:100%;height:auto;max-width:760px}svg text{fill:var(--muted);font:12px system-ui,sans-serif}
.axis{stroke:var(--line)}.mark{stroke:var(--fail);stroke-dasharray:5 4}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--muted)}
.legend i{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:5px;vertical-align:-1px}
footer{margin-top:36px;padding-top:12px;border-top:1px solid var(--line);color:var(--muted);font-size:13px;display:flex;flex-wrap:wrap;gap:4px 18px}
`}),65655:((I,k,v)=>{v.d(k,{ZD:()=>D,b1:()=>o,f2:()=>w,o3:()=>M,wh:()=>i});const w={pass:"\u2705",fail:"\u274C",inconclusive:"\u26A0\uFE0F"};function o(m){return typeof m=="string"?[m]:m}function i(m){return o(m).map(f=>typeof f=="string"?f:"bold"in f?f.bold:"code"in f?f.code:"verdict"in f?f.verdict:f.text).join("")}function M(m){return/^https?:\/\/[^\s<>"']+$/.test(m)?m:void 0}function D(m){return m.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g,"\uFFFD").replace(/[&<>"']/g,f=>`&#${f.charCodeAt(0)};`)}})};export{Q as id,W as ids,X as modules};

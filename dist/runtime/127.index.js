const at=127,st=[127],lt={78127:((T,C,k)=>{k.d(C,{renderHtml:()=>et});var M=k(62450),o=k(65655);const H={width:300,height:132},x={left:4,right:296,top:6,bottom:112},Z={height:21,label:92,from:100,to:246,change:296},g=6;function $({title:t,series:e,items:n}){if(n.length===0)return"";const[r,p]=e,c=`<div class="legend"><span><i class="before"></i>${(0,o.ZD)(r)}</span><span><i class="now"></i>${(0,o.ZD)(p)}</span></div>`,d=n.map(s=>{const i=s.ordered?O(s):Q(s);return`<figure class="card${s.alarm?" alarm":""}"><figcaption title="${(0,o.ZD)(j(s.title,200))}">${(0,o.ZD)(j(s.title,60))}</figcaption><p>${(0,o.ZD)(s.note)}</p>${i}</figure>`});return`<div class="multiples"><p class="caption">${(0,o.ZD)(t)}</p>${c}<div class="grid">${d.join(`
`)}</div></div>`}function O({title:t,labels:e,before:n,now:r}){const p=Math.max(...n,...r,1e-9),c=(x.right-x.left)/e.length,d=(h,f,m,b)=>{const y=Math.max(h>0?.5:0,h/p*(x.bottom-x.top)),a=x.left+c*(f+(1-m)/2);return`<rect class="${b}" x="${S(a)}" y="${S(x.bottom-y)}" width="${S(c*m)}" height="${S(y)}" rx="1.5"/>`},s=e.map((h,f)=>{const m=`${h}: ${L(n[f])} \u2192 ${L(r[f])}`;return`<g><title>${(0,o.ZD)(m)}</title>${d(n[f],f,.86,"before")}${d(r[f],f,.4,"now")}</g>`}),i=`<text x="${x.left}" y="128">${(0,o.ZD)(j(e[0],20))}</text><text x="${x.right}" y="128" text-anchor="end">${(0,o.ZD)(j(e.at(-1),20))}</text>`,u=`<line class="axis" x1="${x.left}" x2="${x.right}" y1="${x.bottom}" y2="${x.bottom}"/>`;return A(t,[u,...s,i])}function Q({title:t,labels:e,before:n,now:r}){const p=e.slice(0,g),c=Math.max(...n.slice(0,g),...r.slice(0,g),1e-9),d=i=>Z.from+i/c*(Z.to-Z.from),s=p.map((i,u)=>{const[h,f]=[n[u],r[u]],m=12+u*Z.height,[b,y]=[S(d(h)),S(d(f))],a=(f-h)*100,w=a>0?"+":"\u2212",z=Math.abs(a)<.05?"0":`${w}${(0,M.ZV)(Math.abs(Number(a.toFixed(1))),3)}`;return`<g><title>${(0,o.ZD)(`${j(i,100)}: ${L(h)} \u2192 ${L(f)}`)}</title><text x="${Z.label}" y="${m+4}" text-anchor="end">${(0,o.ZD)(j(i,14))}</text><line class="axis" x1="${Z.from}" x2="${Z.to}" y1="${m}" y2="${m}"/><line class="move" x1="${b}" x2="${y}" y1="${m}" y2="${m}"/><circle class="before" cx="${b}" cy="${m}" r="4"/><circle class="now" cx="${y}" cy="${m}" r="4"/><text x="${Z.change}" y="${m+4}" text-anchor="end">${(0,o.ZD)(z)}</text></g>`});return A(t,s)}const A=(t,e)=>`<svg viewBox="0 0 ${H.width} ${H.height}" role="img" aria-label="${(0,o.ZD)(j(t,200))}">${e.join("")}</svg>`,L=t=>`${(0,M.ZV)(t*100,3)} %`,S=t=>Math.round(t*10)/10,j=(t,e)=>t.length>e?`${t.slice(0,e-1)}\u2026`:t,l={width:760,height:280,left:64,right:16,top:12,bottom:44},N={width:l.width-l.left-l.right,height:l.height-l.top-l.bottom},B=t=>`var(--s${t%6})`;function W({title:t,x:e,y:n,series:r,lines:p=[]}){const c=[...r.flatMap(a=>a.values),...p.map(a=>a.y)].filter(V);if(c.length===0||e.values.length===0)return"";const d=P(n.min??Math.min(...c),n.max??Math.max(...c)),s=e.values.every(V)?e.values:e.values.map((a,w)=>w),[i,u]=[Math.min(...s),Math.max(...s)],h=a=>l.left+(u===i?.5:(s[a]-i)/(u-i))*N.width,f=r.map((a,w)=>{const z=a.values.map((D,F)=>({value:D,i:F})).filter(D=>V(D.value)),I=z.map(({value:D,i:F})=>`${v(h(F))},${v(d.at(D))}`).join(" "),R=z.length>40?"":z.map(({value:D,i:F})=>`<circle cx="${v(h(F))}" cy="${v(d.at(D))}" r="2.5" fill="${B(w)}"/>`).join("");return`<polyline points="${I}" fill="none" stroke="${B(w)}" stroke-width="2"/>${R}`}),m=p.map(a=>`<line class="mark" x1="${l.left}" x2="${l.width-l.right}" y1="${v(d.at(a.y))}" y2="${v(d.at(a.y))}"/><text x="${l.width-l.right}" y="${v(d.at(a.y))-4}" text-anchor="end">${(0,o.ZD)(a.name)}</text>`),b=Math.max(1,Math.ceil(e.values.length/8)),y=e.values.map((a,w)=>({value:a,i:w})).filter(({i:a})=>a%b===0).map(({value:a,i:w})=>U(h(w),V(a)?(0,M.ZV)(a,3):a));return G(t,[...d.grid,...y,...f,...m,E(e.label,n.label)],r)}function X({title:t,categories:e,y:n,series:r}){const p=r.flatMap(b=>b.values).filter(V);if(p.length===0)return"";const c=e.slice(0,40),d=P(Math.min(0,...p),Math.max(...p)),s=N.width/c.length,i=s*.8/r.length,u=r.flatMap((b,y)=>b.values.slice(0,c.length).map((a,w)=>{const z=l.left+s*w+s*.1+i*y,[I,R]=[d.at(Math.max(a,0)),d.at(Math.min(a,0))],D=`${c[w]}, ${b.name}: ${(0,M.ZV)(a,3)}`;return`<rect x="${v(z)}" y="${v(I)}" width="${v(i)}" height="${v(Math.max(.5,R-I))}" fill="${B(y)}"><title>${(0,o.ZD)(D)}</title></rect>`})),h=Math.max(3,Math.floor(s/7)),f=Math.max(1,Math.ceil(c.length/14)),m=c.flatMap((b,y)=>y%f===0?[U(l.left+s*(y+.5),J(b,h*f))]:[]);return G(t,[...d.grid,...m,...u,E("",n.label)],r)}function P(t,e){const n=Y((e-t||Math.abs(e)||1)/4),r=Math.floor(t/n+1e-9)*n,p=Math.max(r+n,Math.ceil(e/n-1e-9)*n),c=i=>l.top+(1-(i-r)/(p-r))*N.height,d=Math.round((p-r)/n),s=Array.from({length:d+1},(i,u)=>{const h=r+u*n,f=v(c(h));return`<line class="axis" x1="${l.left}" x2="${l.width-l.right}" y1="${f}" y2="${f}"/><text x="${l.left-8}" y="${f+4}" text-anchor="end">${(0,o.ZD)((0,M.ZV)(Number(h.toPrecision(10)),4))}</text>`});return{at:c,grid:s}}function Y(t){const e=10**Math.floor(Math.log10(t)),n=t/e;return(n<=1?1:n<=2?2:n<=5?5:10)*e}function U(t,e){return`<text x="${v(t)}" y="${l.height-l.bottom+18}" text-anchor="middle">${(0,o.ZD)(J(e,14))}</text>`}function E(t,e){const n=l.top+N.height/2;return`<text x="${l.left+N.width/2}" y="${l.height-6}" text-anchor="middle">${(0,o.ZD)(t)}</text><text transform="translate(13 ${n}) rotate(-90)" text-anchor="middle">${(0,o.ZD)(e)}</text>`}function G(t,e,n){const r=n.map(({name:p},c)=>`<span><i style="background:${B(c)}"></i>${(0,o.ZD)(p)}</span>`);return`<figure><figcaption>${(0,o.ZD)(t)}</figcaption><svg viewBox="0 0 ${l.width} ${l.height}" role="img" aria-label="${(0,o.ZD)(t)}">${e.join("")}</svg><div class="legend">${r.join("")}</div></figure>`}const V=t=>typeof t=="number"&&Number.isFinite(t),v=t=>Math.round(t*10)/10,J=(t,e)=>t.length>e?`${t.slice(0,e-1)}\u2026`:t;var q=k(61791);const K=1e3,tt=5e4;function et(t){const{title:e,verdict:n,headline:r,reasons:p,sections:c,footer:d}=t,s=n===void 0?"":`<span aria-hidden="true">${o.f2[n]}</span> `;return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${(0,o.ZD)(e)}</title>
<style>${q.i}</style>
</head>
<body>
<main>
<header class="${n??"neutral"}">
<h1>${s}${(0,o.ZD)(e)}</h1>
<p class="headline">${(0,o.ZD)(r)}</p>
${p.length>0?`<ul>${p.map(i=>`<li>${_(i)}</li>`).join("")}</ul>`:""}
</header>
${c.map(nt).join(`
`)}
<footer>${d.map(({name:i,value:u})=>`<span><b>${(0,o.ZD)(i)}</b> ${_(u)}</span>`).join(`
`)}</footer>
</main>
</body>
</html>
`}function nt({title:t,folded:e,blocks:n}){const r=n.map(ot).join(`
`);return e?`<details><summary>${(0,o.ZD)(t)}</summary>
${r}
</details>`:`<section><h2>${(0,o.ZD)(t)}</h2>
${r}
</section>`}function ot(t){switch(t.kind){case"paragraph":return`<p>${_(t.text)}</p>`;case"bullets":return`<ul>${t.items.map(e=>`<li>${_(e)}</li>`).join("")}</ul>`;case"table":return rt(t);case"code":return`<pre>${(0,o.ZD)(t.text.slice(0,tt))}</pre>`;case"line-chart":return W(t);case"bar-chart":return X(t);case"multiples":return $(t)}}function rt({columns:t,rows:e,note:n}){const r=(i,u,h)=>`<${i}${t[h]?.align==="right"?' class="right"':""}>${u}</${i}>`,p=t.map(({title:i},u)=>r("th",(0,o.ZD)(i),u)).join(""),c=e.slice(0,K).map(i=>`<tr>${i.map((u,h)=>r("td",_(u),h)).join("")}</tr>`).join(`
`),d=e.length-Math.min(e.length,K),s=[...d>0?[`${d} more rows are in result.json.`]:[],...n===void 0?[]:[n]];return`<div class="table"><table><thead><tr>${p}</tr></thead>
<tbody>${c}</tbody></table></div>${s.map(i=>`<p class="note">${(0,o.ZD)(i)}</p>`).join("")}`}function _(t){return(0,o.b1)(t).map(it).join("")}function it(t){if(typeof t=="string")return(0,o.ZD)(t);if("bold"in t)return`<strong>${(0,o.ZD)(t.bold)}</strong>`;if("code"in t)return`<code>${(0,o.ZD)(t.code)}</code>`;if("verdict"in t)return`<span class="verdict ${t.verdict}">${t.verdict}</span>`;const e=(0,o.o3)(t.link),n=(0,o.ZD)(t.text);return e===void 0?n:`<a href="${(0,o.ZD)(e)}" rel="noreferrer">${n}</a>`}}),61791:((T,C,k)=>{k.d(C,{i:()=>M});const M=`
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
th{font-weight:600;color:var(--muted);white-space:nowrap}.right{text-align:right}
code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--soft);padding:1px 5px;border-radius:4px;overflow-wrap:anywhere}
pre{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--soft);padding:12px 14px;border-radius:6px;overflow-x:auto}
a{color:var(--link)}.note{color:var(--muted);font-size:13px;margin:6px 0}
.verdict{font-weight:600}.verdict.pass{color:var(--pass)}.verdict.fail{color:var(--fail)}.verdict.inconclusive{color:var(--inconclusive)}
figure{margin:16px 0}figcaption{font-size:14px;font-weight:600;margin-bottom:4px}
svg{width:100%;height:auto;max-width:760px}svg text{fill:var(--muted);font:12px system-ui,sans-serif}
.axis{stroke:var(--line)}.mark{stroke:var(--fail);stroke-dasharray:5 4}
.multiples{margin:16px 0}.caption{font-size:14px;font-weight:600;margin:0 0 4px}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(270px,1fr));gap:14px;margin-top:12px}
.card{margin:0;border:1px solid var(--line);border-radius:8px;padding:12px 14px 8px}.card.alarm{border-color:var(--fail);border-color:color-mix(in srgb,var(--fail) 45%,var(--line))}
.card figcaption{margin:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.card p{margin:0 0 8px;color:var(--muted);font-size:12px;line-height:1.4;min-height:1.4em}
.card svg text{font-size:11px}.before{fill:var(--line);background:var(--line)}.now{fill:var(--s0);background:var(--s0)}
circle.before{fill:var(--paper);stroke:var(--muted);stroke-width:1.5}.move{stroke:var(--s0);stroke-width:3;opacity:.35}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--muted)}
.legend i{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:5px;vertical-align:-1px}
footer{margin-top:36px;padding-top:12px;border-top:1px solid var(--line);color:var(--muted);font-size:13px;display:flex;flex-wrap:wrap;gap:4px 18px}
`}),65655:((T,C,k)=>{k.d(C,{ZD:()=>Z,b1:()=>o,f2:()=>M,o3:()=>x,wh:()=>H});const M={pass:"\u2705",fail:"\u274C",inconclusive:"\u26A0\uFE0F"};function o(g){return typeof g=="string"?[g]:g}function H(g){return o(g).map($=>typeof $=="string"?$:"bold"in $?$.bold:"code"in $?$.code:"verdict"in $?$.verdict:$.text).join("")}function x(g){return/^https?:\/\/[^\s<>"']+$/.test(g)?g:void 0}function Z(g){return g.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g,"\uFFFD").replace(/[&<>"']/g,$=>`&#${$.charCodeAt(0)};`)}})};export{at as id,st as ids,lt as modules};

const Dt=88,Ft=[88],Ut={58088:((he,V,h)=>{h.r(V),h.d(V,{default:()=>Lt});var q=h(97050),b=h(36982);const H=(0,q.Q)({name:"validate-data",description:"Checks the training and hold-out data of a model against its data contract, against each other and for outliers, names the offending rows by file and line, and writes digests and a profile of the data.",icon:"check-square",color:"blue",permissions:{contents:"read"},inputs:{model:(0,b.Ae)({description:"The model spec. It names the data contract and the data.",default:"model.yml"}),contract:(0,b.Ae)({description:"Data contract to use instead of the one in the model spec: an ODCS 3.0 or 3.1 file, relative to the workspace. `file.yaml#table` picks a table where it describes several."}),train:(0,b.p_)({description:"Files of the training data to use instead of those in the model spec: globs relative to the workspace, separated by commas or lines. CSV, TSV, JSONL (also .gz and .zst) and Parquet."}),holdout:(0,b.p_)({description:"Files of the hold-out data to use instead of those in the model spec, as for `train`."}),engine:(0,b.Yq)({description:"Who reads the data: `duckdb` (on this machine) or `spark` (the cluster that `data.spark.submit` of the model spec reaches; paths are then Spark\u2019s). Default: `data.engine` of the spec, else `duckdb`.",choices:["duckdb","spark"]}),shard:(0,b.Qq)({description:"Look at one part of the training data, as `3/8`: the third of eight. Its files are dealt out by size; the hold-out data is read whole. A shard passes no verdict: merge-profiles joins all of them."}),"shard-by":(0,b.Yq)({description:"Who cuts the training data into shards: `files` (this action, from the files that are there) or `fetch` (`data.fetch` of the model spec, which is told the shard in `MLOPS_SHARD` and brings that part alone).",choices:["files","fetch"],default:"files"}),"fail-on":(0,b.Yq)({description:"What makes the step fail: `error` (a finding of severity error), `warning` (any finding) or `never`. The verdict is `fail` whenever there is an error.",choices:["error","warning","never"],default:"error"}),"max-findings":(0,b.nd)({description:"How many findings are shown as annotations in the log. The report and the result hold all of them.",default:"10",min:0,max:50}),profile:(0,b.zM)({description:"Whether to write a profile of each data set: the reference that drift-check compares later data with.",default:"true"}),leakage:(0,b.zM)({description:"Whether to look for what leaks from train into holdout, or out of the label into the features. `data.leakage` in the model spec switches single checks off, with a reason.",default:"true"}),outliers:(0,b.zM)({description:"Whether to look for outliers; `data.outliers` in the model spec says how many there may be.",default:"true"}),identity:(0,b.zM)({description:"Whether to name each data set by its content (logical digest) and as DVC does, and to describe both as Croissant JSON-LD.",default:"true"})},outputs:{verdict:"`pass` or `fail`; of a shard `inconclusive`.",rows:"Rows of the training data.","holdout-rows":"Rows of the hold-out data.",digest:"Digest of the training data, `sha256:\u2026`, over the names and contents of its files.","holdout-digest":"Digest of the hold-out data.","logical-digest":"Digest of the content of the training data, `logical1:\u2026`: the same whatever the order of the rows, the number of the files or their format.","holdout-logical-digest":"Logical digest of the hold-out data.",errors:"How many findings of severity error there are.",warnings:"How many findings of severity warning there are.",profile:"Path of the profile of the training data (JSON).","holdout-profile":"Path of the profile of the hold-out data (JSON).",croissant:"Path of the description of both data sets as Croissant JSON-LD.",result:"Path of the result as JSON.",report:"Path of the report as HTML."}});var O=h(76760),M=h(38994),J=h(93896),E=h(51455),k=h(62450),B=h(36378),W=h(50425),F=h(13822),I=h(81803),C=h(74294),A=h(69041),j=h(54804),G=h(20759);async function Z(e){const{engine:t,contract:s,name:a,folder:n,environment:r="training",now:l=new Date}=e,o=e.profile??!0,f=Y(s,r);await(0,j.xP)({engine:t,checks:f});const d=[],i=[],m=[];for(const w of e.files){const y=(0,M.Gt)(w,n),[v,{table:R,defects:D}]=await Promise.all([ee(w),(0,C.e)(t,w,s,{profile:o})]),N=R?.rows??0,P=R?.rejected??0;i.push({path:y,...v,rows:N,rejected:P});for(const{rule:_,message:U,remedy:me,count:ie,examples:Te,harmless:Rt,column:Ae}of D)d.push({rule:_,severity:Rt?"warning":"error",...Ae!==void 0&&{column:Ae},message:`${y}: ${U}`,remedy:me,count:ie,share:N+P===0?1:Math.min(1,ie/(N+P)),examples:Te.length===0?[{file:y}]:Te.map(It=>({file:y,...It}))});R!==void 0&&(d.push(...Q(R,y,s,r)),m.push(R))}const p=i.reduce((w,y)=>w+y.rows,0),g={engine:t,contract:s,tables:m,rows:p,checks:f,profiled:o,now:l,pathOf:w=>(0,M.Gt)(w,n)};d.push(...await(0,A.R)(g)),d.push(...await(0,I.A)(g)),d.push(...await(0,J.Cw)(g)),d.push(...await(0,G.KT)(g,a)),d.push(...await(0,j.L$)(g));const S=(0,F.V)(i.map(({path:w,sha256:y})=>({name:w,sha256:y??""})));return{set:{name:a,files:i,rows:p,digest:S,findings:d.sort(x)},tables:m}}const x=(e,t)=>+(e.severity==="warning")-+(t.severity==="warning");async function ee(e){const t=await(0,E.stat)(e).catch(()=>{});return t?.isFile()?{bytes:t.size,sha256:await(0,B.Vq)(e)}:{bytes:0}}function Q(e,t,s,a){const n=e.columns.map(i=>i.name),r=s.columns.map(i=>i.name),o={count:1,share:1,examples:[{file:t,...e.unit==="line"&&{line:1}}]},f=[];for(const i of s.columns){const m=(0,W.IN)(i,a);if(m==="absent"&&n.includes(i.name)){const u=i.environments.join(" and ");f.push({...o,rule:"unexpected-column",severity:"warning",column:i.name,message:`${t}: the column "${i.name}" is there, which the contract has for ${u} only, not for ${a}`,remedy:"leave it out of the file, or add the environment to the contract"})}if(m!=="present"||n.includes(i.name)||s.missingColumns==="allowed")continue;const p=(0,k.pA)(i.name,n.filter(u=>!r.includes(u)));f.push({...o,rule:"missing-column",severity:"error",column:i.name,message:`${t}: there is no column "${i.name}"`,remedy:p===void 0?`the file has: ${n.join(", ")}`:`did you mean "${p}", which the contract does not know?`})}s.missingColumns==="allowed"&&!r.some(i=>n.includes(i))&&f.push({...o,rule:"missing-column",severity:"error",message:`${t}: it has none of the columns of the contract`,remedy:`the file has: ${n.join(", ")}`});const d=s.unknownColumns==="allowed"?[]:n;for(const i of d.filter(m=>m!==""&&!r.includes(m)))f.push({...o,rule:"unknown-column",severity:s.unknownColumns==="error"?"error":"warning",column:i,message:`${t}: the contract does not know the column "${i}"`,remedy:"describe it in the contract, or leave it out of the file"});for(const{name:i,type:m,fileType:p}of e.columns.filter(u=>u.mismatch))f.push({...o,rule:"type",severity:"error",column:i,message:`${t}: column "${i}" is ${p??"something else"} in the file, ${m} in the contract`,remedy:"write the column with that type, or change logicalType in the contract"});return f}function Y(e,t){const s=e.columns.filter(n=>(0,W.IN)(n,t)!=="present"),a=new Set(s.map(({name:n})=>n));return e.checks.filter(({test:n,column:r})=>n.kind!=="missing"||!a.has(r??""))}async function ne(e,t,s,a){const n=i=>{const m=i.map(p=>{const u=t.columns.map(({name:g})=>p.columns.find(S=>S.name===g)?.value);return u.includes(void 0)?void 0:`SELECT hash(${u.join(", ")}) AS h FROM ${p.source}`});return m.length===0||m.includes(void 0)?void 0:`(${m.join(" UNION ALL ")})`},[r,l]=[n(s.tables),n(a.tables)];if(r===void 0||l===void 0||a.set.rows===0)return;const[o]=await e.rows(`SELECT count(*) AS n FROM ${l} AS a SEMI JOIN ${r} AS b USING (h)`),f=Number(o?.n??0);if(f===0)return;const d=f/a.set.rows;return{rule:"overlap",severity:"warning",message:`${plural(f,"row")} of ${a.set.name} (${formatNumber(d*100,3)} %) ${f===1?"is":"are"} also in ${s.set.name}, equal in every column`,remedy:"remove them from one of the two, unless equal rows are natural in this data",count:f,share:d,examples:[]}}var se=h(71483),oe=h(20299),te=h(89511),ae=h(18140),T=h(45617),L=h(71922);function K(e){const t=/^(\d{1,4})\/(\d{1,4})$/.exec(e.trim());if(t===null)return;const[s,a]=[Number(t[1]),Number(t[2])];return s>=1&&s<=a?{index:s,count:a}:void 0}function le(e,{index:t,count:s}){if(s>e.length)throw new L.yo({message:`${(0,k.LS)(e.length,"file")} cannot be cut into ${s} shards`,remedy:`take at most ${(0,k.LS)(e.length,"shard")}, or write the data as more files`});const a=new Array(s).fill(0),n=new Set,r=[...e].sort((l,o)=>o.bytes-l.bytes||(l.name<o.name?-1:1));for(const l of r){const o=a.indexOf(Math.min(...a));a[o]+=Math.max(1,l.bytes),o===t-1&&n.add(l)}return e.filter(l=>n.has(l))}async function xe(e,t,s){const a=await Promise.all(e.map(async n=>({path:n,name:t(n),bytes:(await(0,E.stat)(n).catch(()=>{}))?.size??0})));return le(a,s).map(({path:n})=>n)}var $e=h(36554),re=h(60856),Oe=h(75760),z=h(35954);function Le(e){const t=K(e);if(t!==void 0)return t;throw new L.yo({message:`input "shard": "${e}" names no shard`,remedy:"write 3/8 for the third of eight, as ${{ matrix.shard }}/${{ strategy.job-total }} does"})}function Re(e,t,s){return xe(e,a=>(0,M.Gt)(a,s),t)}async function Ie(e,t){const{spec:s,contract:a,part:n,engine:r,inputs:l,files:o}=e,{run:f,outputFolder:d}=t,i=t.clock.now(),m=async(U,me,ie)=>(t.signal.throwIfAborted(),Z({engine:r,contract:ie,name:U,files:me,folder:f.workspace,now:i})),p=await m("train",o[0],(0,re.Zp)(a)),u=await m("holdout",o[1],a),g=[p,u],{profiles:S,leakage:w}=await(0,z.$8)({wanted:l,spec:s,contract:a,engine:r,checked:g,files:o},t),{path:y,digest:v,version:R}=a,D={kind:"shard",schemaVersion:1,model:s.value.name,contract:{path:(0,M.Gt)(y,f.workspace),digest:v,...R!==void 0&&{version:R}},engine:r.version,shard:{index:n.index,count:n.count},sets:[{...pe(p,l.profile),whole:!1,newest:await Ce(a,p,r)},{...pe(u,l.profile),whole:!0,newest:[]}],...w&&{leakage:w},keys:await(0,$e.m)(r,a,p.tables,(0,O.resolve)(d))};await(0,E.writeFile)((0,O.join)(d,"shard.json"),`${JSON.stringify(D)}
`);const N=D.sets.map(({name:U})=>(0,Oe.bX)((0,re.MX)(a),U,[D],new Map,i)),P={kind:"validation",schemaVersion:1,model:D.model,verdict:"inconclusive",reasons:[`shard ${n.index} of ${n.count}: merge-profiles judges all of them together`,...N.map(U=>`${U.name}: ${(0,k.LS)(U.rows,"row")} in ${(0,k.LS)(U.files.length,"file")}`)],contract:D.contract,datasets:N,...w&&{leakage:w},lineage:(0,z.bQ)(f,i),engine:D.engine},_={"fail-on":"never","max-findings":l["max-findings"]};return(0,T.sG)(P,S,_,t)}function pe({set:e},t){const{name:s,files:a,rows:n,digest:r,identity:l}=e,{tallies:o,others:f}=(0,re.mG)(e.findings);return{name:s,files:a,rows:n,digest:r,tallies:o,...l&&{identity:l},findings:f,...t&&{profile:`profile-${s}.json`}}}async function Ce(e,{tables:t},s){const a=[];for(const[n,r]of e.checks.entries()){const l=r.test.kind==="age"?await(0,G.BP)({engine:s,tables:t},r):void 0;l!==void 0&&a.push({check:(0,re.yR)(n),at:l})}return a}var c=h(77934);const Ct=null,$=c.FsL(c.aig(),c.ndf(),c.Wwf(0)),Me=c.Ikc({file:$,row:c.lqM($),value:c.mee(c.YjP())}),we=c.Ikc({count:$,examples:c.YOg(Me)}),ge=c.YOg(c.PVZ([c.aig(),$])),Pe=c.Ikc({count:$,nonFinite:$,min:c.mee(c.aig()),max:c.mee(c.aig()),mean:c.mee(c.aig()),variance:c.mee(c.aig()),how:c.cl6(c.KCZ([c.Ikc({bits:c.aig()}),c.Ikc({step:c.aig()})])),values:c.lqM(c.YOg(c.PVZ([c.KCZ([c.aig(),c.YjP()]),$]))),top:c.lqM(c.zMY()),drawn:c.cl6(c.Ikc({times:$,texts:c.YOg(c.PVZ([c.YjP(),$]))})),lengths:c.lqM(ge),registers:c.lqM(ge)}),je=c.Ikc({path:c.YjP(),bytes:$,sha256:c.YjP(),rows:c.lqM($,0),rejected:c.lqM($,0),defect:c.lqM(c.KIO(["empty-file","unreadable","truncated","encoding"])),columns:c.lqM(c.YOg(c.YjP())),types:c.lqM(c.g1P(c.YjP(),c.YjP()))}),De=c.Ikc({spark:c.YjP(),overlap:c.lqM($),sets:c.YOg(c.Ikc({name:c.YjP(),missing:c.YOg(c.YjP()),rows:$,files:c.YOg(je),checks:c.lqM(c.YOg(we),[]),keys:c.lqM(c.YOg(we),[]),columns:c.lqM(c.YOg(Pe),[])}))}),Fe={csv:"csv",tsv:"csv",jsonl:"jsonl",ndjson:"jsonl",parquet:"parquet"};function Ue(e){const t=/\.([a-z]+)(\.(gz|zst|bz2|snappy|lz4))?$/i.exec(e);return Fe[t?.[1]?.toLowerCase()??""]}var We=h(82723),Ge=h(64254),Se=h(1091),fe=h(11520),He=h(44083),Be=h(32654),ce=h(37635);function X(e){return`'${e.replace(/[\\']/g,s=>`\\${s}`).replaceAll("\0","\\u0000")}'`}const ke={integer:"BIGINT",number:"DOUBLE",string:"STRING",boolean:"BOOLEAN",date:"DATE",timestamp:"TIMESTAMP"},Ye={integer:"^\\s*[+-]?[0-9]+\\s*$",number:"^(?i)\\s*[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|inf|infinity|nan)\\s*$",date:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",timestamp:"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?$"};function Ke(e,t){switch(t){case"string":return e;case"boolean":return`CASE lower(${e}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`;default:return`CASE WHEN ${e} RLIKE ${X(Ye[t])} THEN try_cast(trim(${e}) AS ${ke[t]}) END`}}function ze(e){const t={[e]:`try_cast({c} AS ${ke[e]})`};switch(e){case"number":return{...t,integer:"CAST({c} AS DOUBLE)"};case"integer":return{...t,number:"CASE WHEN {c} = try_cast({c} AS BIGINT) THEN try_cast({c} AS BIGINT) END"};case"timestamp":return{...t,date:"CAST({c} AS TIMESTAMP)"};case"date":return{...t,timestamp:"CASE WHEN {c} = date_trunc('DAY', {c}) THEN CAST({c} AS DATE) END"};default:return t}}const Pt=e=>e==="date"||e==="timestamp",ye=e=>e==="string"||e==="boolean";function Ve(e,t){return ye(t)?`CAST(${e} AS STRING)`:t==="date"?`CAST(unix_date(${e}) AS DOUBLE) * 86400`:t==="timestamp"?`unix_micros(${e}) / 1e6D`:`CAST(${e} AS DOUBLE)`}const qe=4096,ve=e=>`spark ${e}`;function Je({rows:e,columns:t,files:s},a,n){const r=s.filter(({defect:o})=>o===void 0),l=a.flatMap(({name:o,type:f},d)=>{const i=t[d],m=r.every(p=>p.columns?.includes(o));return i===void 0||!m?[]:[Ze(o,f,i,e)]});return{kind:"profile",schemaVersion:1,engine:n,rows:e,columns:l}}function Ze(e,t,s,a){const{count:n,values:r=[],how:l}=s,o=(0,He.$A)(s.registers??[]),f=S=>{const w=(0,Ge.C)({count:n,registers:o,values:S.values});return{name:e,type:t,count:n,nulls:a-n,distinct:w,registers:o,...S}};if(ye(t)){const S=[...r].sort(Be.Fd),w=_e(s),y=s.top?Xe(S,n):{kind:"exact",counts:S},v=Qe(y,s);return f({...w&&{lengths:w},...v&&{words:v},values:y})}const d=[...r].sort(([S],[w])=>S-w);if(l==null){const S={values:Float64Array.from(d,([y])=>y),counts:Float64Array.from(d,([,y])=>y)},w=(0,Se.Zn)(S,s.nonFinite);return f({...w&&{moments:w},values:{kind:"exact",counts:d}})}const{mean:i,variance:m,min:p,max:u,nonFinite:g}=s;return f({moments:{mean:i??0,m2:(0,Se.E2)((m??0)*(n-g)),min:p??0,max:u??0,nonFinite:g},values:"step"in l?{kind:"grid",...l,counts:d}:{kind:"rounded",...l,counts:d}})}function Qe(e,{drawn:t}){if(t==null)return;const s=new Set(e.counts.map(([n])=>String(n).slice(0,ce.O1))),a=t.texts.filter(([n])=>!s.has(n));return(0,ce.vP)(e.counts,a,t.times)}function Xe(e,t){const s=e.slice(0,fe.FP),a=s.reduce((n,[,r])=>n+r,0);return{kind:"top",counts:s,others:t-a,error:e[fe.FP]?.[1]??1}}function _e({lengths:e=[]}){if(e.length===0)return;const t=new Map;let[s,a]=[0,0];for(const[o,f]of e){const d=o>qe?(0,We.NP)(o,12):o;t.set(d,(t.get(d)??0)+f),s+=f,a+=f*o}const n=e.map(([o])=>o),[r,l]=[n.reduce((o,f)=>Math.min(o,f)),n.reduce((o,f)=>Math.max(o,f))];return{min:r,max:l,mean:a/s,counts:[...t].sort(([o],[f])=>o-f)}}var et=h(73024),tt=h(83020),nt=h(29927);const st=String.raw`
# --- measures

FINITE = "CAST('Infinity' AS DOUBLE)"
REGISTER_BITS = (1 << 50) - 1
MOMENTS = {"min": "lo", "max": "hi", "mean": "avg", "variance": "var"}


def rounding(kind, lo, hi):
    """How numbers with many values are made fewer; src/statistics/rounding.ts says the same."""
    close = lo * hi > 0 and hi - lo <= min(abs(lo), abs(hi))
    if kind not in ("date", "timestamp") and not close:
        return {"bits": 12}
    parts = (hi - lo) / 4096
    return {"step": 2.0 ** math.ceil(math.log2(parts)) if 0 < parts < math.inf else 1.0}


def is_text(column):
    return column["type"] in ("string", "boolean")


def totals(data):
    """Of every column and every check, in one scan."""
    wanted = ["count(*) AS rows"]
    for i, column in enumerate(data["columns"]):
        x = f"x{i}"
        wanted += [f"count({x}) AS n{i}", f"approx_count_distinct({x}, 0.02) AS d{i}"]
        if not is_text(column):
            finite = f"FILTER (WHERE abs({x}) < {FINITE})"
            wanted += [f"count({x}) {finite} AS fin{i}", f"min({x}) {finite} AS lo{i}", f"max({x}) {finite} AS hi{i}",
                       f"avg({x}) {finite} AS avg{i}", f"var_pop({x}) {finite} AS var{i}"]
    wanted += [f"count_if({check['sql']}) AS k{k}" for k, check in enumerate(data["checks"])]
    return spark.sql(f"SELECT {', '.join(wanted)} FROM {data['view']}").collect()[0].asDict()


def rounded(x, how):
    if how is None:
        return x
    if "step" in how:
        return f"floor({x} / {how['step']!r}D) * {how['step']!r}D"
    product = f"{x} * {float(2 ** (53 - how['bits']) + 1)!r}D"
    return f"CASE WHEN abs({x}) > 1e290D THEN {x} ELSE {product} - ({product} - {x}) END"


def grouped(data, plans):
    """Counts of many columns in one scan; part 3i holds values, 3i+1 lengths, 3i+2 registers."""
    rows = []
    for i, how in plans.items():
        text = is_text(data["columns"][i])
        x = f"x{i}" if text else f"CASE WHEN abs(x{i}) < {FINITE} THEN x{i} END"
        if text:
            rows += [f"{3 * i}, CAST(NULL AS DOUBLE), {x}, 0L", f"{3 * i + 1}, CAST(length({x}) AS DOUBLE), CAST(NULL AS STRING), 0L"]
        else:
            rows.append(f"{3 * i}, {rounded(f'({x})', how)}, CAST(NULL AS STRING), 0L")
        h = f"xxhash64({x})"
        register = f"CASE WHEN {x} IS NOT NULL THEN CAST(shiftrightunsigned({h}, 50) AS DOUBLE) END"
        rows.append(f"{3 * i + 2}, {register}, CAST(NULL AS STRING), {h} & {REGISTER_BITS}L")
    stack = f"SELECT stack({len(rows)}, {', '.join(rows)}) AS (part, num, txt, w) FROM {data['view']}"
    frame = spark.sql(f"SELECT part, num, txt, count(*) AS n, min(w) AS w FROM ({stack}) WHERE num IS NOT NULL OR txt IS NOT NULL GROUP BY part, num, txt")
    return frame.persist(StorageLevel.MEMORY_AND_DISK)


def count_values(data, found, limit):
    columns, out = data["columns"], {}
    # The estimate is within a few percent; what is few by it and many all the same is grouped once more.
    many = {i for i in range(len(columns)) if found[f"d{i}"] > limit * 1.2}
    plans = {i: plan(columns[i], found, i) if i in many else None for i in range(len(columns))}
    while plans:
        frame = grouped(data, plans)
        sizes = {row.part: row.n for row in frame.groupBy("part").count().withColumnRenamed("count", "n").collect()}
        texts = [i for i in plans if is_text(columns[i]) and sizes.get(3 * i, 0) > limit]
        again = {i for i in plans if i not in many and i not in texts and sizes.get(3 * i, 0) > limit}
        for i in plans:
            out[i] = {"how": plans[i], "values": [], "lengths": [], "registers": []}
        skip = [3 * i for i in texts] + [3 * i + k for i in again for k in range(3)]
        parts = frame if not skip else frame.filter(~frame.part.isin(skip))
        for row in parts.toLocalIterator():
            i, part = divmod(row.part, 3)
            if part == 0:
                out[i]["values"].append([row.txt if is_text(columns[i]) else row.num, row.n])
            elif part == 1:
                out[i]["lengths"].append([int(row.num), row.n])
            else:
                out[i]["registers"].append([int(row.num), 51 - row.w.bit_length()])
        for i in texts:
            own = frame.filter(f"part = {3 * i}")
            rows = own.filter("n > 1").orderBy("n", "txt", ascending=[False, True]).limit(limit + 1).collect()
            out[i]["values"], out[i]["top"] = [[row.txt, row.n] for row in rows], True
            rest = found[f"n{i}"] - sum(row.n for row in rows[:limit])
            out[i]["drawn"] = drawn(own, rest, columns[i])
        frame.unpersist()
        many |= again
        plans = {i: plan(columns[i], found, i) for i in again}
    return out


def drawn(texts, rest, column):
    """Some texts, with how many each stands for: the same ones each time, by their hash."""
    if column["type"] != "string":
        return None
    times = 2 ** max(0, math.ceil(math.log2(max(1, rest) / job["wordRows"])))
    rows = (texts.filter(f"pmod(xxhash64(txt), {times}) = 0").selectExpr(f"left(txt, {job['wordCharacters']}) AS txt", "n")
            .limit(2 * job["wordRows"]).collect())
    return {"times": times, "texts": [[row.txt, row.n] for row in rows]}


def plan(column, found, i):
    lo = None if is_text(column) else found[f"lo{i}"]
    return None if lo is None else rounding(column["type"], lo, found[f"hi{i}"])


def first_rows(data, source, limit, starts):
    """The first rows of each part of a source (part, f, n, shown), in one scan."""
    numbered = f"SELECT *, row_number() OVER (PARTITION BY part ORDER BY f, n, shown) AS nth FROM ({source})"
    found = {}
    for row in spark.sql(f"SELECT * FROM ({numbered}) WHERE nth <= {limit} ORDER BY part, nth").collect():
        example = {"file": data["at"][row.f], "value": row.shown}
        if row.n is not None:
            example["row"] = row.n - starts.get(row.f, 0) + 1
        found.setdefault(row.part, []).append(example)
    return found


def starts_of(data, number):
    """Number that the first record of each file has; the broken ones count too, as in the file."""
    if data["format"] != "csv":
        return {}
    return {row.f: row.n for row in spark.sql(f"SELECT f, min(n) AS n FROM all{number} GROUP BY f").collect()}


def examine(data, found, number, limit):
    """Count and first rows of what fails each check and each key."""
    failed = [k for k in range(len(data["checks"])) if found[f"k{k}"] > 0]
    doubled = [duplicates(data, check) for check in data["keys"]]
    starts = starts_of(data, number) if failed or any(count for count, _ in doubled) else {}
    rows = {}
    if failed:
        parts = [f"CASE WHEN {data['checks'][k]['sql']} THEN {k} END, left(CAST({data['checks'][k]['shown']} AS STRING), 200)" for k in failed]
        source = f"SELECT f, n, stack({len(parts)}, {', '.join(parts)}) AS (part, shown) FROM {data['view']}"
        rows = first_rows(data, f"SELECT * FROM ({source}) WHERE part IS NOT NULL", limit, starts)
    checks = [{"count": found[f"k{k}"], "examples": rows.get(k, [])} for k in range(len(data["checks"]))]
    keys = [{"count": count, "examples": first_rows(data, source, limit, starts).get(0, []) if count else []}
            for count, source in doubled]
    return checks, keys


def duplicates(data, check):
    """Rows beyond the first of each key; a key with a part missing is none."""
    keys = [f"v{i}" for i in check["columns"]]
    whole = " AND ".join([f"{key} IS NOT NULL" for key in keys] + [f"h{i}" for i in check["columns"]])
    listed = ", ".join(keys)
    groups = f"SELECT {listed}, count(*) AS times FROM {data['view']} WHERE {whole} GROUP BY {listed} HAVING count(*) > 1"
    count = spark.sql(f"SELECT coalesce(sum(times - 1), 0) AS n FROM ({groups})").collect()[0].n
    shown = f"left(concat_ws(', ', {', '.join([f'CAST({key} AS STRING)' for key in keys])}), 200)"
    same = " AND ".join([f"a.{key} <=> b.{key}" for key in keys])
    candidates = f"SELECT a.* FROM {data['view']} a LEFT SEMI JOIN ({groups}) b ON {same}"
    numbered = f"SELECT f, n, {shown} AS shown, row_number() OVER (PARTITION BY {listed} ORDER BY f, n) AS nth FROM ({candidates})"
    return int(count), f"SELECT 0 AS part, f, n, shown FROM ({numbered}) WHERE nth > 1"


def overlap(first, second):
    """Rows of the second set that are also in the first, equal in every column."""
    columns = range(len(first["columns"]))
    same = " AND ".join([f"a.v{i} <=> b.v{i}" for i in columns])
    there = " AND ".join([f"h{i}" for i in columns])
    sides = [f"(SELECT * FROM {data['view']} WHERE {there})" for data in (second, first)]
    return spark.sql(f"SELECT count(*) AS n FROM {sides[0]} a LEFT SEMI JOIN {sides[1]} b ON {same}").collect()[0].n


# --- answer

def answer_of(data, number):
    view(data, number)
    result = {"name": data["name"], "missing": data["missing"], "rows": 0,
              "files": [{key: value for key, value in file.items() if key not in ("uri", "line")} for file in data["files"]]}
    if "view" not in data:
        return result
    found = totals(data)
    checks, keys = examine(data, found, number, job["keptRows"])
    values = count_values(data, found, job["exactLimit"]) if job["profile"] else {}
    result.update({"rows": found["rows"], "checks": checks, "keys": keys})
    result["columns"] = [
        {"count": found[f"n{i}"], "nonFinite": 0 if is_text(column) else found[f"n{i}"] - found[f"fin{i}"],
         **{key: found.get(f"{short}{i}") for key, short in MOMENTS.items()}, **values.get(i, {})}
        for i, column in enumerate(data["columns"])
    ]
    return result


sets = [answer_of(data, number) for number, data in enumerate(job["sets"])]
answer = {"spark": spark.version, "sets": sets}
pair = [job["sets"][i] for i in job.get("overlap", [])]
if pair and all("view" in data for data in pair):
    answer["overlap"] = overlap(*pair)
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(answer, file, allow_nan=False)
spark.stop()
`,ot=`${String.raw`
import csv, json, math, re, sys
from multiprocessing.pool import ThreadPool
from pyspark import StorageLevel
from pyspark.sql import SparkSession

TICK = chr(96)
EMPTY = "\u0001empty\u0001"
LARGE = 256 * 2**20

with open(sys.argv[1], encoding="utf-8") as file:
    job = json.load(file)
spark = SparkSession.builder.appName("mlops validate-data").getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
spark.conf.set("spark.sql.ansi.enabled", "false")
spark.conf.set("spark.sql.parser.escapedStringLiterals", "false")
spark.conf.set("spark.sql.mapKeyDedupPolicy", "LAST_WIN")
# Else a row of which few columns are asked for is not seen to be ragged.
spark.conf.set("spark.sql.csv.parser.columnPruning.enabled", "false")
jvm, hadoop = spark.sparkContext._jvm, spark.sparkContext._jsc.hadoopConfiguration()
Path = jvm.org.apache.hadoop.fs.Path


def name(text):
    return TICK + text.replace(TICK, TICK + TICK) + TICK


def in_threads(work, items):
    with ThreadPool(16) as pool:
        return pool.map(work, items)


def literal(paths):
    """Paths for a reader that takes them for globs."""
    return [re.sub(r"([\\*?\[\]{}])", r"\\\1", path) for path in paths]


# --- files

def walk(fs, status):
    leaf = status.getPath().getName()
    if leaf.startswith((".", "_")):
        return []
    if status.isDirectory():
        return [found for inner in fs.listStatus(status.getPath()) for found in walk(fs, inner)]
    path = status.getPath()
    return [{"path": path.toString(), "uri": path.toUri().toString(), "bytes": status.getLen()}]


def files_of(patterns):
    found, missing = {}, []
    for pattern in patterns:
        path = Path(pattern)
        fs = path.getFileSystem(hadoop)
        files = [file for status in fs.globStatus(path) or [] for file in walk(fs, status)]
        if not files:
            missing.append(pattern)
        for file in sorted(files, key=lambda file: file["path"]):
            found.setdefault(file["path"], file)
    return list(found.values()), missing


def digest(files):
    small = [file["path"] for file in files if file["bytes"] <= LARGE]
    known = {}
    if small:
        rows = spark.read.format("binaryFile").load(literal(small)).selectExpr("path", "sha2(content, 256) AS h").collect()
        known = {row.path: row.h for row in rows}

    def one(file):
        if file["path"] in known:
            return known[file["path"]]
        path = Path(file["path"])
        stream = path.getFileSystem(hadoop).open(path)
        try:
            return jvm.org.apache.commons.codec.digest.DigestUtils.sha256Hex(stream)
        finally:
            stream.close()

    for file, found in zip(files, in_threads(one, files)):
        file["sha256"] = found


def look(file, kind):
    """What is wrong with a file as such; of CSV also its header line."""
    if file["bytes"] == 0:
        return "empty-file"
    path = Path(file["path"])
    stream = path.getFileSystem(hadoop).open(path)
    try:
        head = bytes(stream.read() & 255 for _ in range(4))
        if kind == "parquet":
            if head != b"PAR1":
                return "unreadable"
            stream.seek(file["bytes"] - 4)
            return None if bytes(stream.read() & 255 for _ in range(4)) == b"PAR1" else "truncated"
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "encoding"
        if kind != "csv":
            return None
        stream.seek(0)
        codec = jvm.org.apache.hadoop.io.compress.CompressionCodecFactory(hadoop).getCodec(path)
        plain = stream if codec is None else codec.createInputStream(stream)
        reader = jvm.java.io.BufferedReader(jvm.java.io.InputStreamReader(plain, "UTF-8"))
        line = reader.readLine()
        while line is not None and (line.strip("\ufeff") == "" or line.count('"') % 2 == 1):
            more = reader.readLine()
            line = more if more is None or line.strip("\ufeff") == "" else line + "\n" + more
        if line is None:
            return "empty-file"
        file["line"] = line.lstrip("\ufeff")
        return None
    finally:
        stream.close()


def header_of(line, columns):
    wanted = {column["name"] for column in columns}
    best = None
    for delimiter in [",", ";", "\t", "|"]:
        names = [field.strip() for field in next(csv.reader([line], delimiter=delimiter))]
        score = len([field for field in names if field in wanted])
        if best is None or score > best[0]:
            best = (score, delimiter, names)
    return best[1], tuple(best[2])


# --- frames

WORDS = {"tinyint": "integer", "smallint": "integer", "int": "integer", "bigint": "integer", "float": "number",
         "double": "number", "string": "string", "boolean": "boolean", "date": "date", "timestamp": "timestamp",
         "timestamp_ntz": "timestamp"}


def word(dtype):
    return "number" if dtype.startswith("decimal") else WORDS.get(dtype)


def fill(template, column):
    return template.replace("{c}", column)


def valued(frame, first, columns, raws, templates):
    """The rows with r, h, m and v of every column."""
    there, typed = [raw is not None for raw in raws], [template is not None for template in templates]
    frame = frame.selectExpr(*first, *[f"{raw or 'CAST(NULL AS STRING)'} AS r{i}" for i, raw in enumerate(raws)])
    selected = []
    for i, column in enumerate(columns):
        value = fill(templates[i] or column["parsed"], f"r{i}" if typed[i] else f"CAST(r{i} AS STRING)")
        selected += [f"r{i}", f"{value} AS v{i}", f"{str(there[i]).lower()} AS h{i}",
                     f"{str(there[i] and not typed[i]).lower()} AS m{i}"]
    return frame.selectExpr("f", "n", "bad", "any", *selected)


def of_texts(frame, first, columns, text_of):
    raws = []
    for column in columns:
        text = text_of(column["name"])
        raws.append(None if text is None else fill(column["rawText"], text))
    return valued(frame, first, columns, raws, [column["parsed"] for column in columns])


def csv_frames(files, columns):
    groups = {}
    for file in files:
        groups.setdefault(header_of(file["line"], columns), []).append(file)
    for (delimiter, header), members in groups.items():
        for file in members:
            file["columns"] = list(header)
        schema = ", ".join([f"c{i} STRING" for i in range(len(header))] + ["bad STRING"])
        frame = (spark.read.schema(schema)
                 .options(header=True, multiLine=True, sep=delimiter, quote='"', escape='"', emptyValue=EMPTY,
                          maxCharsPerColumn=-1, maxColumns=100000, mode="PERMISSIVE", columnNameOfCorruptRecord="bad")
                 .csv(literal([file["path"] for file in members])))

        def text_of(wanted):
            if wanted not in header:
                return None
            c = f"c{header.index(wanted)}"
            return f"(CASE WHEN {c} = '{EMPTY}' THEN '' ELSE {c} END)"

        # A file that may hold a line break in quotes is read by one task, so that its records can be counted off.
        first = ["_metadata.file_path AS f", "monotonically_increasing_id() AS n", "bad IS NOT NULL AS bad", "c0 AS any"]
        yield of_texts(frame, first, columns, text_of)


def json_frames(files, columns):
    for file in files:
        file["columns"] = [column["name"] for column in columns]
    schema = ", ".join([f"{name(column['name'])} STRING" for column in columns] + ["__bad STRING"])
    frame = (spark.read.schema(schema).options(mode="PERMISSIVE", columnNameOfCorruptRecord="__bad")
             .json(literal([file["path"] for file in files])))
    first = ["_metadata.file_path AS f", "CAST(NULL AS BIGINT) AS n", "__bad IS NOT NULL AS bad",
             f"{name(columns[0]['name'])} AS any"]
    yield of_texts(frame, first, columns, name)


def parquet_frames(files, columns):
    roots = {file["path"].split("=")[0].rpartition("/")[0] for file in files if re.search(r"/[^/]+=[^/]*/", file["path"])}
    reader = spark.read.option("mergeSchema", "true")
    if len(roots) == 1:
        reader = reader.option("basePath", roots.pop())
    frame = reader.parquet(*literal([file["path"] for file in files]))
    found = dict(frame.dtypes)
    for file in files:
        file["columns"], file["types"] = list(found), found
    raws = [fill(column["rawTyped"], name(column["name"])) if column["name"] in found else None for column in columns]
    templates = [column["converted"].get(word(found.get(column["name"], "")) or "") for column in columns]
    yield valued(frame, ["_metadata.file_path AS f", "_metadata.row_index AS n", "false AS bad", "1 AS any"], columns, raws, templates)


FRAMES = {"csv": csv_frames, "jsonl": json_frames, "parquet": parquet_frames}


def view(data, number):
    """Registers the rows of a set as views: all{number} with the broken records, set{number} without."""
    files, data["missing"] = files_of(data["patterns"])
    data["files"] = files
    if data["missing"]:
        return
    digest(files)
    for file, problem in zip(files, in_threads(lambda file: look(file, data["format"]), files)):
        if problem is not None:
            file["defect"] = problem
    whole = [file for file in files if "defect" not in file]
    if not whole:
        return
    columns = data["columns"]
    frames = list(FRAMES[data["format"]](whole, columns))
    union = frames[0]
    for frame in frames[1:]:
        union = union.union(frame)
    union.createOrReplaceTempView(f"all{number}")
    values = ", ".join([f"r{i}, v{i}, h{i}, m{i}, {column['profiled']} AS x{i}" for i, column in enumerate(columns)])
    spark.sql(f"CREATE OR REPLACE TEMP VIEW set{number} AS SELECT f, n, any, {values} FROM all{number} WHERE NOT bad")
    data["at"] = {file[key]: k for k, file in enumerate(files) for key in ("path", "uri")}
    for file in files:
        file["rows"], file["rejected"] = 0, 0
    for row in spark.sql(f"SELECT f, count_if(NOT bad) AS n, count_if(bad) AS b, count(any) AS any FROM all{number} GROUP BY f").collect():
        file = files[data["at"][row.f]]
        file["rows"], file["rejected"] = row.n, row.b
    data["view"] = f"set{number}"
`.trimStart()}
${st}`;async function at(e,t){const{submit:s,where:a,cwd:n,environment:r,signal:l,onLine:o}=t;await(0,E.mkdir)(t.temp,{recursive:!0});const f=await(0,E.mkdtemp)((0,O.join)(t.temp,"spark-")),[d,i,m]=["validate.py","job.json","answer.json"].map(p=>(0,O.join)(f,p));try{await(0,E.writeFile)(d,ot),await(0,E.writeFile)(i,JSON.stringify(e));const p=[],{code:u,endedBy:g,tail:S}=await(0,tt.d)(`${s} "$MLOPS_SPARK_SCRIPT" "$MLOPS_SPARK_JOB" "$MLOPS_SPARK_ANSWER"`,{cwd:n,environment:{...r,MLOPS_SPARK_SCRIPT:d,MLOPS_SPARK_JOB:i,MLOPS_SPARK_ANSWER:m},signal:l,onLine:w=>{rt.test(w)&&p.push(w),o?.(w)}});if(g==="cancellation"&&l.throwIfAborted(),u!==0)throw new L.yo({message:it(u,p,S),where:a,remedy:lt(u)});if(!(0,et.existsSync)(m))throw new L.yo({message:"Spark ended well, but its answer is not on this machine",where:a,remedy:"run the driver here: leave --deploy-mode out, or set it to client"});return await(0,nt.JE)(m,De)}finally{await(0,E.rm)(f,{recursive:!0,force:!0})}}const rt=/^(Caused by: |: )?(?!py4j)[\w.$]*(Error|Exception|Failure)\b/;function it(e,t,s){const a=s.split(`
`).findLast(r=>r.trim()!==""),n=t.find(r=>r.startsWith("Caused by: "))??t.at(-1)??a??"";return`Spark ended with exit code ${e??"of a signal"}: ${n.replace(/^(Caused by: |: )/,"").slice(0,500)}`}function lt(e){return e===127?"install Spark on the runner, or name its command in data.spark.submit":"the whole message is in the log; Spark 3.5 or newer is needed"}var ft=h(28188),ct=h(9315),dt=h(71788),de=h(17267);function ut(e){const t=/^\(\?([imsU]+)\)/.exec(e),s=e.slice(t?.[0].length??0),a=(t?.[1]??"").replace("U","");let n="",r=!1;for(let l=0;l<s.length;l++){const[o,f]=[s[l],s[l+1]];if(o==="\\"){if(f===void 0||/[pPbBQCsS]/.test(f)){const d=f==="s"?"[\\t\\n\\f\\r ]":f==="S"?"[^\\t\\n\\f\\r ]":void 0;if(d===void 0||r)return;n+=d}else n+=o+f;l++}else if(r){if(o==="["||o==="&"&&f==="&")return;o==="]"&&(r=!1),n+=o}else if(o==="[")r=!0,n+=o;else if(o==="$"&&!a.includes("m"))n+="\\z";else{if(/[*+?}]/.test(o)&&f==="+")return;n+=o}}return`(?d${a.includes("i")?"u":""}${a})${n}`}function mt(e,t,s,a){switch(e.kind){case"type":return{sql:`${s} IS NOT NULL AND ${a} IS NULL`};case"missing":{const n=e.values.map(l=>X(String(l))),r=n.length===0?"":` OR CAST(${s} AS STRING) IN (${n.join(", ")})`;return{sql:`(${s} IS NULL${r})`}}case"values":{const n=e.values.map(r=>be(r,t)).filter(r=>r!==void 0);return{sql:n.length===0?`${a} IS NOT NULL`:`${a} NOT IN (${n.join(", ")})`}}case"pattern":{const n=ut(e.pattern);return n===void 0?{cannot:`the pattern ${e.pattern} means something else to Spark`}:{sql:`NOT (${a} RLIKE ${X(n)})`}}case"length":return Ee(e.min===void 0?void 0:`length(${a}) < ${e.min}`,e.max===void 0?void 0:`length(${a}) > ${e.max}`);case"range":{const n=r=>be(r,t)??"NULL";return Ee(e.min===void 0?void 0:`${a} ${e.above?"<=":"<"} ${n(e.min)}`,e.max===void 0?void 0:`${a} ${e.below?">=":">"} ${n(e.max)}`)}case"multiple":{const n=`(${a} / ${e.of}D)`;return{sql:`abs(${n} - round(${n})) > 1e-9D * greatest(1D, abs(${n}))`}}case"expression":return{cannot:"it is SQL for DuckDB"}}}function Ee(...e){return{sql:`(${e.filter(t=>t!==void 0).join(" OR ")})`}}function be(e,t){switch(t){case"string":return X(String(e));case"boolean":return/^(true|false)$/i.test(String(e))?String(e).toLowerCase():void 0;case"date":case"timestamp":return!(typeof e=="string"&&/^\d{4}-\d{2}-\d{2}/.test(e))||Number.isNaN(Date.parse(e))?void 0:`CAST(${X(e)} AS ${t==="date"?"DATE":"TIMESTAMP"})`;case"integer":case"number":{const s=typeof e=="string"&&e.trim()===""?Number.NaN:Number(e);return typeof e=="boolean"||!Number.isFinite(s)?void 0:t==="number"?`${s}D`:Number.isSafeInteger(s)?String(s):typeof e=="string"&&/^[+-]?\d+$/.test(e)?e:`${s}D`}}}function ht(e,t,s){const a=new Map(e.columns.map(({name:i},m)=>[i,m])),n=e.columns.map((i,m)=>pt(i,m,s)),r=[],l=[],o=[],f=[],d=({rule:i,where:m},p)=>{s.push({message:`${i} cannot be checked with engine: spark: ${p}`,where:m,remedy:"leave it out of this contract, or check the data without `engine: spark`"})};for(const i of t){const{test:m,column:p}=i;switch(m.kind){case"rows":break;case"duplicates":{const u=m.columns.length===0?[...a.keys()]:m.columns;f.push({columns:u.map(g=>a.get(g))}),l.push(i);break}case"reference":case"age":case"shares":case"sql":d(i,"Spark is asked about rows and keys only");break;default:{const u=a.get(p??"");if(u===void 0){d(i,"it looks at no one column");break}const g=mt(m,e.columns[u].type,`r${u}`,`v${u}`);if("cannot"in g){d(i,g.cannot);break}const S=m.kind==="type"?`h${u} AND NOT m${u}`:`h${u}`;o.push({sql:`${S} AND (${g.sql})`,shown:`r${u}`}),r.push(i)}}}return{columns:n,checks:o,keys:f,rowChecks:r,keyChecks:l}}function pt({name:e,type:t,reading:s={},where:a},n,r){const{missing:l=[],...o}=s;return Object.keys(o).length>0&&r.push({message:`how column "${e}" is written (${Object.keys(o).join(", ")}) cannot be read with engine: spark`,where:a,remedy:"write it as ISO 8601 dates, numbers with a point, true and false; or leave `engine: spark` out"}),{name:e,type:t,rawText:Ne("{c}",t==="string"?l:[...l,""]),rawTyped:Ne("CAST({c} AS STRING)",l),parsed:Ke("{c}",t),converted:ze(t),profiled:Ve(`v${n}`,t)}}function Ne(e,t){return t.length===0?"{c}":`CASE WHEN ${e} IN (${t.map(X).join(", ")}) THEN NULL ELSE {c} END`}function wt(e,t,s){const a=[],n=e.columns.filter(({untyped:i})=>i!==!0).map(A.r),r=ht(e,[...n,...Y(e,"training")],a);(0,L.Ko)(a);const{columns:l,checks:o,keys:f}=r;return{job:{sets:t.map(i=>({...i,columns:l,checks:o,keys:f})),profile:s,...t.length===2&&{overlap:[0,1]},exactLimit:fe.FP,keptRows:ct.Ww,wordRows:2**15,wordCharacters:ce.O1},compiled:r}}function gt({job:e,compiled:t},s,a,{folder:n,now:r}){(0,L.Ko)(s.sets.flatMap(({missing:o})=>o.map(f=>({message:`no file matches "${f}", as Spark sees it`,remedy:"check the pattern, and that the cluster may read there"}))));const l=ve(s.spark);return s.sets.map((o,f)=>{const d=u=>(0,M.Gt)(u.replace(/^file:(\/\/)?/,""),n),i=[...o.files.flatMap(u=>kt(u,d(u.path),e.sets[f].format,a,t)),...Et(o,t,d),...(0,G.Mw)({checks:a.checks,rows:o.rows,now:r},o.name,()=>{}),...f===1?bt(s.overlap??0,o.rows):[]],m=o.files.map(({path:u,bytes:g,sha256:S,rows:w,rejected:y})=>({path:d(u),bytes:g,sha256:S,rows:w,rejected:y})),p=(0,F.V)(m.map(({path:u,sha256:g})=>({name:u,sha256:g})));return i.sort((u,g)=>+(u.severity==="warning")-+(g.severity==="warning")),{set:{name:o.name,files:m,rows:o.rows,digest:p,findings:i},...e.profile&&{profile:Je(o,a.columns,l)}}})}const St={"empty-file":["the file is empty (0 bytes)","write it again"],unreadable:["the file is not Parquet","name it after what is in it, or write it again"],truncated:["the file ends before its end: it is not whole","copy or write it again"],encoding:["the file is UTF-16","write it as UTF-8"]};function kt(e,t,s,a,n){const{defect:r,rows:l,rejected:o,columns:f=[],types:d={}}=e,i={severity:"error",count:1,share:1,examples:[{file:t}]};if(r!==void 0){const[u,g]=St[r];return[{...i,rule:r,message:`${t}: ${u}`,remedy:g}]}const m=[];if(o>0){const u=o/(l+o);m.push({...i,...yt(s,t,o),count:o,share:u})}if(l+o===0){const u=`${t}: the file has no rows`;m.push({...i,rule:"no-rows",message:u,remedy:"check the program that writes it"})}const p=f.map(u=>{const g=n.columns.find(v=>v.name===u),S=d[u],w=g!==void 0&&S!==void 0&&!vt(S,g.converted),y=g?.type??"string";return{name:u,type:y,raw:"",value:"",mismatch:w,...S!==void 0&&{fileType:S}}});return m.push(...Q({columns:p,unit:"row"},t,a,"training")),m}function yt(e,t,s){return e==="jsonl"?{rule:"malformed-json",message:`${t}: ${(0,k.LS)(s,"line")} that are not a JSON object`,remedy:"write one object on each line, and nothing else"}:{rule:"ragged-row",message:`${t}: ${(0,k.LS)(s,"row")} with more or fewer fields than the header`,remedy:"correct or remove them; without `engine: spark` their lines are named"}}function vt(e,t){const a=[[/^(tinyint|smallint|int|bigint)$/,"integer"],[/^(float|double|decimal.*)$/,"number"],[/^string$/,"string"],[/^boolean$/,"boolean"],[/^date$/,"date"],[/^timestamp/,"timestamp"]].find(([n])=>n.test(e))?.[1];return a!==void 0&&t[a]!==void 0}function Et(e,{rowChecks:t,keyChecks:s},a){const{rows:n,files:r}=e,l=d=>d.map(({file:i,row:m,value:p})=>({file:a(r[i].path),...m!==void 0&&{row:m},...p!==null&&{value:p}})),o=e.checks.flatMap(({count:d,examples:i},m)=>{const p=t[m];if((0,de.Nx)(p.tolerance,d,n))return[];const u=n===0?0:d/n;return[{...(0,dt.j)(p,d,n),count:d,share:u,examples:l(i)}]}),f=e.keys.flatMap(({count:d,examples:i},m)=>{const p=s[m];return(0,de.Nx)(p.tolerance,d,n)?[]:[(0,I.q)(p,{count:d,examples:l(i)},n)]});return[...o,...f]}function bt(e,t){if((0,de.Nx)(ft.d,e,t))return[];const s=e/t;return[{rule:"overlap",severity:"warning",message:`${(0,k.LS)(e,"row")} of holdout (${(0,k.ZV)(s*100,3)} %) ${e===1?"is":"are"} also in train, equal in every column`,remedy:"remove them from one of the two, unless equal rows are natural in this data",count:e,share:s,examples:[]}]}const Nt=["train","holdout"];async function Tt({inputs:e,spec:t,contract:s},a){const{run:n,logger:r,clock:l,outputFolder:o}=a;if(e.shard!==void 0)throw new L.yo({message:'the input "shard" and engine: spark do not go together',remedy:"leave one of them out: a cluster cuts the data up by itself"});t.value.data.fetch!==void 0&&r.info("data.fetch is not run: Spark reads the data where it is");const{submit:f}=t.value.data.spark,d=Nt.map(N=>xt(N,e[N],t,n.workspace)),i=wt(s,d,e.profile),m=await r.group(`Spark: ${f}`,()=>at(i.job,{submit:f,where:t.at(["data","spark","submit"]),temp:n.temp,cwd:t.folder,environment:a.environment,signal:a.signal,onLine:N=>r.debug(N)})),p=l.now(),u=gt(i,m,s,{folder:n.workspace,now:p}),g=[];for(const{set:N,profile:P}of u){if(P===void 0)continue;const _=(0,O.join)(o,`profile-${N.name}.json`);await(0,E.writeFile)(_,`${JSON.stringify(P)}
`),g.push({name:N.name,path:_,profile:P})}const S=u.map(({set:N})=>N),w=S.some(({findings:N})=>N.some(({severity:P})=>P==="error")),{path:y,digest:v,version:R}=s,D={kind:"validation",schemaVersion:1,model:t.value.name,verdict:w?"fail":"pass",reasons:[...(0,T.zM)(S),...At(e)],contract:{path:(0,M.Gt)(y,n.workspace),digest:v,...R!==void 0&&{version:R}},datasets:S,lineage:(0,z.bQ)(n,p),engine:ve(m.spark)};return(0,T.sG)(D,g,e,a)}function At(e){const t=[...e.leakage?["leakage but for equal rows"]:[],...e.outliers?["outliers"]:[],...e.identity?["the logical digest"]:[]];return t.length===0?[]:[`with engine: spark nobody looked at ${t.join(", ")}`]}function xt(e,t,s,a){const n=t.length>0,r=n?t:s.value.data[e],l=n?a:s.folder,o=new Set(r.map(i=>s.value.data.spark.format??Ue(i))),[f,...d]=o;if(f===void 0||d.length>0)throw new L.yo({message:d.length>0&&!o.has(void 0)?`the files of ${e} are not of one format: ${[...o].join(", ")}`:`the names of ${e} do not tell what the files are`,where:s.at(["data",e]),remedy:"say it in model.yml: data: { spark: { format: parquet } }"});return{name:e,format:f,patterns:r.map(i=>$t(i,l))}}function $t(e,t){return/^([a-z][a-z0-9+.-]*:|\/)/i.test(e)?e:`file:${(0,O.resolve)(t,e)}`}const ue=["train","holdout"];async function Ot(e,t){const{run:s,logger:a}=t,n=await(0,ae.I)((0,O.resolve)(s.workspace,e.model)),r=await(0,se.l)(e.contract===void 0?(0,O.resolve)(n.folder,n.value.data.contract):(0,O.resolve)(s.workspace,e.contract));if((0,z.EW)({spec:n,contract:r}),(e.engine??n.value.data.engine)==="spark")return Tt({inputs:e,spec:n,contract:r},t);const l=e.shard===void 0?void 0:Le(e.shard),o=await(0,te.c)({spec:n,purposes:ue,override:{...e.train.length>0&&{train:e.train},...e.holdout.length>0&&{holdout:e.holdout}},workspace:s.workspace,environment:{...t.environment,...l&&{MLOPS_SHARD:`${l.index}/${l.count}`}},logger:a,signal:t.signal}),f=await(0,oe.F)({library:await t.duckdb(),temp:s.temp,allowedFolders:[...new Set([...ue.flatMap(d=>o[d]??[]),...Object.values(await(0,J.Rc)(r)).flat()].map(d=>(0,O.dirname)(d))),...l===void 0?[]:[t.outputFolder]]});try{if(l!==void 0){const v=o.train??[],R=e["shard-by"]==="fetch"?v:await Re(v,l,s.workspace);return await Ie({spec:n,contract:r,part:l,engine:f,inputs:e,files:[R,o.holdout??[]]},t)}const d=[];for(const v of ue)t.signal.throwIfAborted(),d.push(await Z({engine:f,contract:r,name:v,files:o[v]??[],folder:s.workspace,now:t.clock.now(),profile:e.profile||e.outliers}));const i=d,{profiles:m,leakage:p}=await(0,z.$8)({wanted:e,spec:n,contract:r,engine:f,checked:i,files:[o.train??[],o.holdout??[]]},t),u=i.map(({set:v})=>v),g=[...u.flatMap(v=>v.findings),...p?.findings??[]].some(({severity:v})=>v==="error"),S={kind:"validation",schemaVersion:1,model:n.value.name,verdict:g?"fail":"pass",reasons:[...(0,T.zM)(u),...p===void 0?[]:[(0,T.dE)(p)]],contract:{path:(0,M.Gt)(r.path,s.workspace),digest:r.digest,...r.version!==void 0&&{version:r.version}},datasets:u,...p&&{leakage:p},lineage:(0,z.bQ)(s,t.clock.now()),engine:f.version},w=(0,T.sG)(S,m,e,t);if(!e.identity)return w;const y=await(0,z.wL)(S,{spec:n,contract:r},t);return{...w,outputs:{...w.outputs,...(0,T.UI)(u),croissant:y}}}finally{await f.close()}}const Lt={definition:H,main:Ot}}),83020:((he,V,h)=>{h.d(V,{d:()=>E});var q=h(31421),b=h.n(q),H=h(80481),O=h.n(H);const M=1<<20,J=30;async function E(k,B){const{cwd:W,environment:F,signal:I,timeLimit:C,grace:A=5e3,onLine:j,onStart:G}=B,Z=Date.now(),x=(0,q.spawn)("bash",["--noprofile","--norc","-eo","pipefail","-c",k],{cwd:W,env:F,detached:!0,stdio:["ignore","pipe","pipe"]});let ee="itself",Q="";const Y=[],ne=[],se=T=>{try{x.pid!==void 0&&process.kill(-x.pid,T)}catch{}},oe=T=>()=>{ee==="itself"&&(ee=T,se("SIGTERM"),ne.push(setTimeout(()=>se("SIGKILL"),A)))},te=oe("cancellation"),ae=async(T,L)=>{for await(const K of(0,H.createInterface)({input:T,crlfDelay:1/0}))L==="stdout"&&Q.length<M&&(Q+=`${K}
`),Y.push(K),Y.length>J&&Y.shift(),j?.(K,L)};try{const T=new Promise((K,le)=>{x.once("error",le),x.once("close",K)});x.pid!==void 0&&G?.(x.pid),I?.addEventListener("abort",te,{once:!0}),I?.aborted&&te(),C!==void 0&&ne.push(setTimeout(oe("time-limit"),C));const[L]=await Promise.all([T,ae(x.stdout,"stdout"),ae(x.stderr,"stderr")]);return{code:L,endedBy:ee,stdout:Q,tail:Y.join(`
`),durationMs:Date.now()-Z}}finally{for(const T of ne)clearTimeout(T);I?.removeEventListener("abort",te)}}}),89511:((he,V,h)=>{h.d(V,{c:()=>O});var q=h(83020),b=h(71922),H=h(38994);async function O(E){const{spec:k,purposes:B,override:W={},workspace:F}=E;await J(E);const I={},C=[];for(const A of B){const j=W[A],{patterns:G,path:Z}=M(k,A);if(!(j===void 0&&G===void 0))try{I[A]=j!==void 0?await(0,H.GE)(j,F):await(0,H.GE)(G,k.folder,k.at(Z))}catch(x){if(!(x instanceof b.yo))throw x;C.push(x)}}if(C.length>0)throw new b.yo(C.flatMap(A=>A.problems));return I}function M({value:E},k){switch(k){case"train":case"holdout":return{patterns:E.data[k],path:["data",k]};case"current":case"reference":return{patterns:E.drift?.[k],path:["drift",k]}}}async function J(E){const{spec:k,purposes:B,environment:W,logger:F,signal:I}=E,C=k.value.data.fetch;C!==void 0&&await F.group(`Fetch the data: ${C}`,async()=>{const A=await(0,q.d)(C,{cwd:k.folder,environment:{...W,MLOPS_MODEL:k.value.name,MLOPS_PURPOSE:B.join(",")},signal:I,onLine:j=>F.info(j)});if(A.endedBy==="cancellation"&&I.throwIfAborted(),A.code!==0)throw new b.yo({message:`data.fetch ended with exit code ${A.code??"of a signal"}: ${A.tail.split(`
`).at(-1)??""}`,where:k.at(["data","fetch"]),remedy:"run the command where model.yml is; its last lines are in the log"})})}})};export{Dt as id,Ft as ids,Ut as modules};

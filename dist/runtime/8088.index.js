const Dt=8088,Ft=[8088],Ut={58088:((de,q,h)=>{h.r(q),h.d(q,{default:()=>Lt});var J=h(97050),T=h(36982);const Z=(0,J.Q)({name:"validate-data",description:"Checks the training and hold-out data of a model against its data contract, against each other and for outliers, names the offending rows by file and line, and writes digests and a profile of the data.",icon:"check-square",color:"blue",permissions:{contents:"read"},inputs:{model:(0,T.Ae)({description:"The model spec. It names the data contract and the data.",default:"model.yml"}),contract:(0,T.Ae)({description:"Data contract to use instead of the one in the model spec: an ODCS 3.0 or 3.1 file, relative to the workspace. `file.yaml#table` picks a table where it describes several."}),train:(0,T.p_)({description:"Files of the training data to use instead of those in the model spec: globs relative to the workspace, separated by commas or lines. CSV, TSV, JSONL (also .gz and .zst) and Parquet."}),holdout:(0,T.p_)({description:"Files of the hold-out data to use instead of those in the model spec, as for `train`."}),engine:(0,T.Yq)({description:"Who reads the data: `duckdb` (on this machine) or `spark` (the cluster that `data.spark.submit` of the model spec reaches; paths are then Spark\u2019s). Default: `data.engine` of the spec, else `duckdb`.",choices:["duckdb","spark"]}),shard:(0,T.Qq)({description:"Look at one part of the training data, as `3/8`: the third of eight. Its files are dealt out by size; the hold-out data is read whole. A shard passes no verdict: merge-profiles joins all of them."}),"shard-by":(0,T.Yq)({description:"Who cuts the training data into shards: `files` (this action, from the files that are there) or `fetch` (`data.fetch` of the model spec, which is told the shard in `MLOPS_SHARD` and brings that part alone).",choices:["files","fetch"],default:"files"}),"fail-on":(0,T.Yq)({description:"What makes the step fail: `error` (a finding of severity error), `warning` (any finding) or `never`. The verdict is `fail` whenever there is an error.",choices:["error","warning","never"],default:"error"}),"max-findings":(0,T.nd)({description:"How many findings are shown as annotations in the log. The report and the result hold all of them.",default:"10",min:0,max:50}),profile:(0,T.zM)({description:"Whether to write a profile of each data set: the reference that drift-check compares later data with.",default:"true"}),leakage:(0,T.zM)({description:"Whether to look for what leaks from train into holdout, or out of the label into the features. `data.leakage` in the model spec switches single checks off, with a reason.",default:"true"}),outliers:(0,T.zM)({description:"Whether to look for outliers; `data.outliers` in the model spec says how many there may be.",default:"true"}),identity:(0,T.zM)({description:"Whether to name each data set by its content (logical digest) and as DVC does, and to describe both as Croissant JSON-LD.",default:"true"})},outputs:{verdict:"`pass` or `fail`; of a shard `inconclusive`.",rows:"Rows of the training data.","holdout-rows":"Rows of the hold-out data.",digest:"Digest of the training data, `sha256:\u2026`, over the names and contents of its files.","holdout-digest":"Digest of the hold-out data.","logical-digest":"Digest of the content of the training data, `logical1:\u2026`: the same whatever the order of the rows, the number of the files or their format.","holdout-logical-digest":"Logical digest of the hold-out data.",errors:"How many findings of severity error there are.",warnings:"How many findings of severity warning there are.",profile:"Path of the profile of the training data (JSON).","holdout-profile":"Path of the profile of the hold-out data (JSON).",croissant:"Path of the description of both data sets as Croissant JSON-LD.",result:"Path of the result as JSON.",report:"Path of the report as HTML."}});var R=h(76760),P=h(38994),_=h(93896),O=h(51455),A=h(62450),Y=h(36378),K=h(50425),H=h(13822),D=h(66681),I=h(81803),L=h(74294),W=h(69041),B=h(54804),Q=h(20759);async function z(e){const{engine:t,contract:s,name:a,folder:n,environment:r="training",now:f=new Date}=e,o=e.profile??!0,c=te(s,r);await(0,B.xP)({engine:t,checks:c});const d=[],i=[],w=[];for(const k of e.files){const N=(0,P.Gt)(k,n),[$,{table:j,defects:V}]=await Promise.all([F(k),(0,L.e)(t,k,s,{profile:o})]),x=j?.rows??0,G=j?.rejected??0;i.push({path:N,...$,rows:x,rejected:G});for(const{rule:le,message:X,remedy:we,count:ce,examples:$e,harmless:Rt,column:Oe}of V)d.push({rule:le,severity:Rt?"warning":"error",...Oe!==void 0&&{column:Oe},message:`${N}: ${X}`,remedy:we,count:ce,share:x+G===0?1:Math.min(1,ce/(x+G)),examples:$e.length===0?[{file:N}]:$e.map(It=>({file:N,...It}))});j!==void 0&&(d.push(...ee(j,N,s,r)),d.push(...await(0,D.D)(t,j,N)),w.push(j))}const g=i.reduce((k,N)=>k+N.rows,0),y={engine:t,contract:s,tables:w,rows:g,checks:c,profiled:o,now:f,pathOf:k=>(0,P.Gt)(k,n)};d.push(...await(0,W.R)(y)),d.push(...await(0,I.A)(y)),d.push(...await(0,_.Cw)(y)),d.push(...await(0,Q.KT)(y,a)),d.push(...await(0,B.L$)(y));const b=(0,H.V)(i.map(({path:k,sha256:N})=>({name:k,sha256:N??""})));return{set:{name:a,files:i,rows:g,digest:b,findings:d.sort(fe)},tables:w}}const fe=(e,t)=>+(e.severity==="warning")-+(t.severity==="warning");async function F(e){const t=await(0,O.stat)(e).catch(()=>{});return t?.isFile()?{bytes:t.size,sha256:await(0,Y.Vq)(e)}:{bytes:0}}function ee(e,t,s,a){const n=e.columns.map(i=>i.name),r=s.columns.map(i=>i.name),o={count:1,share:1,examples:[{file:t,...e.unit==="line"&&{line:1}}]},c=[];for(const i of s.columns){const w=(0,K.IN)(i,a);if(w==="absent"&&n.includes(i.name)){const p=i.environments.join(" and ");c.push({...o,rule:"unexpected-column",severity:"warning",column:i.name,message:`${t}: the column "${i.name}" is there, which the contract has for ${p} only, not for ${a}`,remedy:"leave it out of the file, or add the environment to the contract"})}if(w!=="present"||n.includes(i.name)||s.missingColumns==="allowed")continue;const g=(0,A.pA)(i.name,n.filter(p=>!r.includes(p)));c.push({...o,rule:"missing-column",severity:"error",column:i.name,message:`${t}: there is no column "${i.name}"`,remedy:g===void 0?`the file has: ${n.join(", ")}`:`did you mean "${g}", which the contract does not know?`})}s.missingColumns==="allowed"&&!r.some(i=>n.includes(i))&&c.push({...o,rule:"missing-column",severity:"error",message:`${t}: it has none of the columns of the contract`,remedy:`the file has: ${n.join(", ")}`});const d=s.unknownColumns==="allowed"?[]:n;for(const i of d.filter(w=>w!==""&&!r.includes(w)))c.push({...o,rule:"unknown-column",severity:s.unknownColumns==="error"?"error":"warning",column:i,message:`${t}: the contract does not know the column "${i}"`,remedy:"describe it in the contract, or leave it out of the file"});for(const{name:i,type:w,fileType:g}of e.columns.filter(p=>p.mismatch))c.push({...o,rule:"type",severity:"error",column:i,message:`${t}: column "${i}" is ${g??"something else"} in the file, ${w} in the contract`,remedy:"write the column with that type, or change logicalType in the contract"});return c}function te(e,t){const s=e.columns.filter(n=>(0,K.IN)(n,t)!=="present"),a=new Set(s.map(({name:n})=>n));return e.checks.filter(({test:n,column:r})=>n.kind!=="missing"||!a.has(r??""))}var ne=h(71483),se=h(20299),re=h(89511),ie=h(70694),U=h(45617),u=h(71922);function m(e){const t=/^(\d{1,4})\/(\d{1,4})$/.exec(e.trim());if(t===null)return;const[s,a]=[Number(t[1]),Number(t[2])];return s>=1&&s<=a?{index:s,count:a}:void 0}function S(e,{index:t,count:s}){if(s>e.length)throw new u.yo({message:`${(0,A.LS)(e.length,"file")} cannot be cut into ${s} shards`,remedy:`take at most ${(0,A.LS)(e.length,"shard")}, or write the data as more files`});const a=new Array(s).fill(0),n=new Set,r=[...e].sort((f,o)=>o.bytes-f.bytes||(f.name<o.name?-1:1));for(const f of r){const o=a.indexOf(Math.min(...a));a[o]+=Math.max(1,f.bytes),o===t-1&&n.add(f)}return e.filter(f=>n.has(f))}async function v(e,t,s){const a=await Promise.all(e.map(async n=>({path:n,name:t(n),bytes:(await(0,O.stat)(n).catch(()=>{}))?.size??0})));return S(a,s).map(({path:n})=>n)}var E=h(36554),C=h(60856),xe=h(75760),oe=h(92950);function Le(e){const t=m(e);if(t!==void 0)return t;throw new u.yo({message:`input "shard": "${e}" names no shard`,remedy:"write 3/8 for the third of eight, as ${{ matrix.shard }}/${{ strategy.job-total }} does"})}function Re(e,t,s){return v(e,a=>(0,P.Gt)(a,s),t)}async function Ie(e,t){const{spec:s,contract:a,part:n,engine:r,inputs:f,files:o}=e,{run:c,outputFolder:d}=t,i=t.clock.now(),w=async(X,we,ce)=>(t.signal.throwIfAborted(),z({engine:r,contract:ce,name:X,files:we,folder:c.workspace,now:i})),g=await w("train",o[0],(0,C.Zp)(a)),p=await w("holdout",o[1],a),y=[g,p],{profiles:b,leakage:k}=await(0,oe.$8)({wanted:f,spec:s,contract:a,engine:r,checked:y,files:o},t),{path:N,digest:$,version:j}=a,V={kind:"shard",schemaVersion:1,model:s.value.name,contract:{path:(0,P.Gt)(N,c.workspace),digest:$,...j!==void 0&&{version:j}},engine:r.version,shard:{index:n.index,count:n.count},sets:[{...ge(g,f.profile),whole:!1,newest:await Ce(a,g,r)},{...ge(p,f.profile),whole:!0,newest:[]}],...k&&{leakage:k},keys:await(0,E.mk)(r,a,g.tables,(0,R.resolve)(d))};await(0,O.writeFile)((0,R.join)(d,"shard.json"),`${JSON.stringify(V)}
`);const x=V.sets.map(({name:X})=>(0,xe.bX)((0,C.MX)(a),X,[V],new Map,i)),G={kind:"validation",schemaVersion:1,model:V.model,verdict:"inconclusive",reasons:[`shard ${n.index} of ${n.count}: merge-profiles judges all of them together`,...x.map(X=>`${X.name}: ${(0,A.LS)(X.rows,"row")} in ${(0,A.LS)(X.files.length,"file")}`)],contract:V.contract,datasets:x,...k&&{leakage:k},lineage:(0,oe.bQ)(c,i),engine:V.engine},le={"fail-on":"never","max-findings":f["max-findings"]};return(0,U.sG)(G,b,le,t)}function ge({set:e},t){const{name:s,files:a,rows:n,digest:r,identity:f}=e,{tallies:o,others:c}=(0,C.mG)(e.findings);return{name:s,files:a,rows:n,digest:r,tallies:o,...f&&{identity:f},findings:c,...t&&{profile:`profile-${s}.json`}}}async function Ce(e,{tables:t},s){const a=[];for(const[n,r]of e.checks.entries()){const f=r.test.kind==="age"?await(0,Q.BP)({engine:s,tables:t},r):void 0;f!==void 0&&a.push({check:(0,C.yR)(n),at:f})}return a}var l=h(77934);const Ct=null,M=l.FsL(l.aig(),l.ndf(),l.Wwf(0)),Pe=l.Ikc({file:M,row:l.lqM(M),value:l.mee(l.YjP())}),Se=l.Ikc({count:M,examples:l.YOg(Pe)}),ke=l.YOg(l.PVZ([l.aig(),M])),Me=l.Ikc({count:M,nonFinite:M,min:l.mee(l.aig()),max:l.mee(l.aig()),mean:l.mee(l.aig()),variance:l.mee(l.aig()),how:l.cl6(l.KCZ([l.Ikc({bits:l.aig()}),l.Ikc({step:l.aig()})])),values:l.lqM(l.YOg(l.PVZ([l.KCZ([l.aig(),l.YjP()]),M]))),top:l.lqM(l.zMY()),drawn:l.cl6(l.Ikc({times:M,texts:l.YOg(l.PVZ([l.YjP(),M]))})),lengths:l.lqM(ke),registers:l.lqM(ke)}),je=l.Ikc({path:l.YjP(),bytes:M,sha256:l.YjP(),rows:l.lqM(M,0),rejected:l.lqM(M,0),defect:l.lqM(l.KIO(["empty-file","unreadable","truncated","encoding"])),columns:l.lqM(l.YOg(l.YjP())),types:l.lqM(l.g1P(l.YjP(),l.YjP()))}),De=l.Ikc({spark:l.YjP(),overlap:l.lqM(M),sets:l.YOg(l.Ikc({name:l.YjP(),missing:l.YOg(l.YjP()),rows:M,files:l.YOg(je),checks:l.lqM(l.YOg(Se),[]),keys:l.lqM(l.YOg(Se),[]),columns:l.lqM(l.YOg(Me),[])}))}),Fe={csv:"csv",tsv:"csv",jsonl:"jsonl",ndjson:"jsonl",parquet:"parquet"};function Ue(e){const t=/\.([a-z]+)(\.(gz|zst|bz2|snappy|lz4))?$/i.exec(e);return Fe[t?.[1]?.toLowerCase()??""]}var We=h(82723),He=h(64254),ye=h(1091),ue=h(11520),Be=h(44083),Ge=h(32654),me=h(37635);function ae(e){return`'${e.replace(/[\\']/g,s=>`\\${s}`).replaceAll("\0","\\u0000")}'`}const ve={integer:"BIGINT",number:"DOUBLE",string:"STRING",boolean:"BOOLEAN",date:"DATE",timestamp:"TIMESTAMP"},Ye={integer:"^\\s*[+-]?[0-9]+\\s*$",number:"^(?i)\\s*[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|inf|infinity|nan)\\s*$",date:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",timestamp:"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?$"};function Ke(e,t){switch(t){case"string":return e;case"boolean":return`CASE lower(${e}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`;default:return`CASE WHEN ${e} RLIKE ${ae(Ye[t])} THEN try_cast(trim(${e}) AS ${ve[t]}) END`}}function ze(e){const t={[e]:`try_cast({c} AS ${ve[e]})`};switch(e){case"number":return{...t,integer:"CAST({c} AS DOUBLE)"};case"integer":return{...t,number:"CASE WHEN {c} = try_cast({c} AS BIGINT) THEN try_cast({c} AS BIGINT) END"};case"timestamp":return{...t,date:"CAST({c} AS TIMESTAMP)"};case"date":return{...t,timestamp:"CASE WHEN {c} = date_trunc('DAY', {c}) THEN CAST({c} AS DATE) END"};default:return t}}const Mt=e=>e==="date"||e==="timestamp",Ee=e=>e==="string"||e==="boolean";function Ve(e,t){return Ee(t)?`CAST(${e} AS STRING)`:t==="date"?`CAST(unix_date(${e}) AS DOUBLE) * 86400`:t==="timestamp"?`unix_micros(${e}) / 1e6D`:`CAST(${e} AS DOUBLE)`}const qe=4096,be=e=>`spark ${e}`;function Je({rows:e,columns:t,files:s},a,n){const r=s.filter(({defect:o})=>o===void 0),f=a.flatMap(({name:o,type:c},d)=>{const i=t[d],w=r.every(g=>g.columns?.includes(o));return i===void 0||!w?[]:[Ze(o,c,i,e)]});return{kind:"profile",schemaVersion:1,engine:n,rows:e,columns:f}}function Ze(e,t,s,a){const{count:n,values:r=[],how:f}=s,o=(0,Be.$A)(s.registers??[]),c=b=>{const k=(0,He.C)({count:n,registers:o,values:b.values});return{name:e,type:t,count:n,nulls:a-n,distinct:k,registers:o,...b}};if(Ee(t)){const b=[...r].sort(Ge.Fd),k=_e(s),N=s.top?Xe(b,n):{kind:"exact",counts:b},$=Qe(N,s);return c({...k&&{lengths:k},...$&&{words:$},values:N})}const d=[...r].sort(([b],[k])=>b-k);if(f==null){const b={values:Float64Array.from(d,([N])=>N),counts:Float64Array.from(d,([,N])=>N)},k=(0,ye.Zn)(b,s.nonFinite);return c({...k&&{moments:k},values:{kind:"exact",counts:d}})}const{mean:i,variance:w,min:g,max:p,nonFinite:y}=s;return c({moments:{mean:i??0,m2:(0,ye.Es)((w??0)*(n-y)),min:g??0,max:p??0,nonFinite:y},values:"step"in f?{kind:"grid",...f,counts:d}:{kind:"rounded",...f,counts:d}})}function Qe(e,{drawn:t}){if(t==null)return;const s=new Set(e.counts.map(([n])=>String(n).slice(0,me.O1))),a=t.texts.filter(([n])=>!s.has(n));return(0,me.vP)(e.counts,a,t.times)}function Xe(e,t){const s=e.slice(0,ue.FP),a=s.reduce((n,[,r])=>n+r,0);return{kind:"top",counts:s,others:t-a,error:e[ue.FP]?.[1]??1}}function _e({lengths:e=[]}){if(e.length===0)return;const t=new Map;let[s,a]=[0,0];for(const[o,c]of e){const d=o>qe?(0,We.NP)(o,12):o;t.set(d,(t.get(d)??0)+c),s+=c,a+=c*o}const n=e.map(([o])=>o),[r,f]=[n.reduce((o,c)=>Math.min(o,c)),n.reduce((o,c)=>Math.max(o,c))];return{min:r,max:f,mean:a/s,counts:[...t].sort(([o],[c])=>o-c)}}var et=h(73024),tt=h(83020),nt=h(29927);const st=String.raw`
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
${st}`;async function at(e,t){const{submit:s,where:a,cwd:n,environment:r,signal:f,onLine:o}=t;await(0,O.mkdir)(t.temp,{recursive:!0});const c=await(0,O.mkdtemp)((0,R.join)(t.temp,"spark-")),[d,i,w]=["validate.py","job.json","answer.json"].map(g=>(0,R.join)(c,g));try{await(0,O.writeFile)(d,ot),await(0,O.writeFile)(i,JSON.stringify(e));const g=[],{code:p,endedBy:y,tail:b}=await(0,tt.d)(`${s} "$MLOPS_SPARK_SCRIPT" "$MLOPS_SPARK_JOB" "$MLOPS_SPARK_ANSWER"`,{cwd:n,environment:{...r,MLOPS_SPARK_SCRIPT:d,MLOPS_SPARK_JOB:i,MLOPS_SPARK_ANSWER:w},signal:f,onLine:k=>{rt.test(k)&&g.push(k),o?.(k)}});if(y==="cancellation"&&f.throwIfAborted(),p!==0)throw new u.yo({message:it(p,g,b),where:a,remedy:lt(p)});if(!(0,et.existsSync)(w))throw new u.yo({message:"Spark ended well, but its answer is not on this machine",where:a,remedy:"run the driver here: leave --deploy-mode out, or set it to client"});return await(0,nt.JE)(w,De)}finally{await(0,O.rm)(c,{recursive:!0,force:!0})}}const rt=/^(Caused by: |: )?(?!py4j)[\w.$]*(Error|Exception|Failure)\b/;function it(e,t,s){const a=s.split(`
`).findLast(r=>r.trim()!==""),n=t.find(r=>r.startsWith("Caused by: "))??t.at(-1)??a??"";return`Spark ended with exit code ${e??"of a signal"}: ${n.replace(/^(Caused by: |: )/,"").slice(0,500)}`}function lt(e){return e===127?"install Spark on the runner, or name its command in data.spark.submit":"the whole message is in the log; Spark 3.5 or newer is needed"}var ft=h(28188),ct=h(9315),dt=h(71788),he=h(17267);function ut(e){const t=/^\(\?([imsU]+)\)/.exec(e),s=e.slice(t?.[0].length??0),a=(t?.[1]??"").replace("U","");let n="",r=!1;for(let f=0;f<s.length;f++){const[o,c]=[s[f],s[f+1]];if(o==="\\"){if(c===void 0||/[pPbBQCsS]/.test(c)){const d=c==="s"?"[\\t\\n\\f\\r ]":c==="S"?"[^\\t\\n\\f\\r ]":void 0;if(d===void 0||r)return;n+=d}else n+=o+c;f++}else if(r){if(o==="["||o==="&"&&c==="&")return;o==="]"&&(r=!1),n+=o}else if(o==="[")r=!0,n+=o;else if(o==="$"&&!a.includes("m"))n+="\\z";else{if(/[*+?}]/.test(o)&&c==="+")return;n+=o}}return`(?d${a.includes("i")?"u":""}${a})${n}`}function mt(e,t,s,a){switch(e.kind){case"type":return{sql:`${s} IS NOT NULL AND ${a} IS NULL`};case"missing":{const n=e.values.map(f=>ae(String(f))),r=n.length===0?"":` OR CAST(${s} AS STRING) IN (${n.join(", ")})`;return{sql:`(${s} IS NULL${r})`}}case"values":{const n=e.values.map(r=>Ne(r,t)).filter(r=>r!==void 0);return{sql:n.length===0?`${a} IS NOT NULL`:`${a} NOT IN (${n.join(", ")})`}}case"pattern":{const n=ut(e.pattern);return n===void 0?{cannot:`the pattern ${e.pattern} means something else to Spark`}:{sql:`NOT (${a} RLIKE ${ae(n)})`}}case"length":return Ae(e.min===void 0?void 0:`length(${a}) < ${e.min}`,e.max===void 0?void 0:`length(${a}) > ${e.max}`);case"range":{const n=r=>Ne(r,t)??"NULL";return Ae(e.min===void 0?void 0:`${a} ${e.above?"<=":"<"} ${n(e.min)}`,e.max===void 0?void 0:`${a} ${e.below?">=":">"} ${n(e.max)}`)}case"width":return{sql:e.signed?"false":`${a} < 0`};case"multiple":{const n=`(${a} / ${e.of}D)`;return{sql:`abs(${n} - round(${n})) > 1e-9D * greatest(1D, abs(${n}))`}}case"expression":return{cannot:"it is SQL for DuckDB"}}}function Ae(...e){return{sql:`(${e.filter(t=>t!==void 0).join(" OR ")})`}}function Ne(e,t){switch(t){case"string":return ae(String(e));case"boolean":return/^(true|false)$/i.test(String(e))?String(e).toLowerCase():void 0;case"date":case"timestamp":return!(typeof e=="string"&&/^\d{4}-\d{2}-\d{2}/.test(e))||Number.isNaN(Date.parse(e))?void 0:`CAST(${ae(e)} AS ${t==="date"?"DATE":"TIMESTAMP"})`;case"integer":case"number":{const s=typeof e=="string"&&e.trim()===""?Number.NaN:Number(e);return typeof e=="boolean"||!Number.isFinite(s)?void 0:t==="number"?`${s}D`:Number.isSafeInteger(s)?String(s):typeof e=="string"&&/^[+-]?\d+$/.test(e)?e:`${s}D`}}}function ht(e,t,s){const a=new Map(e.columns.map(({name:i},w)=>[i,w])),n=e.columns.map((i,w)=>pt(i,w,s)),r=[],f=[],o=[],c=[],d=({rule:i,where:w},g)=>{s.push({message:`${i} cannot be checked with engine: spark: ${g}`,where:w,remedy:"leave it out of this contract, or check the data without `engine: spark`"})};for(const i of t){const{test:w,column:g}=i;switch(w.kind){case"rows":break;case"duplicates":{const p=w.columns.length===0?[...a.keys()]:w.columns;c.push({columns:p.map(y=>a.get(y))}),f.push(i);break}case"reference":case"age":case"shares":case"sql":d(i,"Spark is asked about rows and keys only");break;default:{const p=a.get(g??"");if(p===void 0){d(i,"it looks at no one column");break}const y=mt(w,e.columns[p].type,`r${p}`,`v${p}`);if("cannot"in y){d(i,y.cannot);break}const b=w.kind==="type"?`h${p} AND NOT m${p}`:`h${p}`;o.push({sql:`${b} AND (${y.sql})`,shown:`r${p}`}),r.push(i)}}}return{columns:n,checks:o,keys:c,rowChecks:r,keyChecks:f}}function pt({name:e,type:t,reading:s={},where:a},n,r){const{missing:f=[],...o}=s;return Object.keys(o).length>0&&r.push({message:`how column "${e}" is written (${Object.keys(o).join(", ")}) cannot be read with engine: spark`,where:a,remedy:"write it as ISO 8601 dates, numbers with a point, true and false; or leave `engine: spark` out"}),{name:e,type:t,rawText:Te("{c}",t==="string"?f:[...f,""],t==="number"),rawTyped:Te("CAST({c} AS STRING)",t==="number"||t==="integer"?[...f,"NaN"]:f),parsed:Ke("{c}",t),converted:ze(t),profiled:Ve(`v${n}`,t)}}function Te(e,t,s=!1){if(t.length===0)return"{c}";const a=s?` OR ${e} RLIKE ${ae("^(?i)\\s*[+-]?nan\\s*$")}`:"";return`CASE WHEN ${e} IN (${t.map(ae).join(", ")})${a} THEN NULL ELSE {c} END`}function wt(e,t,s){const a=[],n=e.columns.filter(({untyped:i})=>i!==!0).map(W.r),r=ht(e,[...n,...te(e,"training")],a);(0,u.Ko)(a);const{columns:f,checks:o,keys:c}=r;return{job:{sets:t.map(i=>({...i,columns:f,checks:o,keys:c})),profile:s,...t.length===2&&{overlap:[0,1]},exactLimit:ue.FP,keptRows:ct.Ww,wordRows:2**15,wordCharacters:me.O1},compiled:r}}function gt({job:e,compiled:t},s,a,{folder:n,now:r}){(0,u.Ko)(s.sets.flatMap(({missing:o})=>o.map(c=>({message:`no file matches "${c}", as Spark sees it`,remedy:"check the pattern, and that the cluster may read there"}))));const f=be(s.spark);return s.sets.map((o,c)=>{const d=p=>(0,P.Gt)(p.replace(/^file:(\/\/)?/,""),n),i=[...o.files.flatMap(p=>kt(p,d(p.path),e.sets[c].format,a,t)),...Et(o,t,d),...(0,Q.Mw)({checks:a.checks,rows:o.rows,now:r},o.name,()=>{}),...c===1?bt(s.overlap??0,o.rows):[]],w=o.files.map(({path:p,bytes:y,sha256:b,rows:k,rejected:N})=>({path:d(p),bytes:y,sha256:b,rows:k,rejected:N})),g=(0,H.V)(w.map(({path:p,sha256:y})=>({name:p,sha256:y})));return i.sort((p,y)=>+(p.severity==="warning")-+(y.severity==="warning")),{set:{name:o.name,files:w,rows:o.rows,digest:g,findings:i},...e.profile&&{profile:Je(o,a.columns,f)}}})}const St={"empty-file":["the file is empty (0 bytes)","write it again"],unreadable:["the file is not Parquet","name it after what is in it, or write it again"],truncated:["the file ends before its end: it is not whole","copy or write it again"],encoding:["the file is UTF-16","write it as UTF-8"]};function kt(e,t,s,a,n){const{defect:r,rows:f,rejected:o,columns:c=[],types:d={}}=e,i={severity:"error",count:1,share:1,examples:[{file:t}]};if(r!==void 0){const[p,y]=St[r];return[{...i,rule:r,message:`${t}: ${p}`,remedy:y}]}const w=[];if(o>0){const p=o/(f+o);w.push({...i,...yt(s,t,o),count:o,share:p})}if(f+o===0){const p=`${t}: the file has no rows`;w.push({...i,rule:"no-rows",message:p,remedy:"check the program that writes it"})}const g=c.map(p=>{const y=n.columns.find($=>$.name===p),b=d[p],k=y!==void 0&&b!==void 0&&!vt(b,y.converted),N=y?.type??"string";return{name:p,type:N,raw:"",value:"",mismatch:k,...b!==void 0&&{fileType:b}}});return w.push(...ee({columns:g,unit:"row"},t,a,"training")),w}function yt(e,t,s){return e==="jsonl"?{rule:"malformed-json",message:`${t}: ${(0,A.LS)(s,"line")} that are not a JSON object`,remedy:"write one object on each line, and nothing else"}:{rule:"ragged-row",message:`${t}: ${(0,A.LS)(s,"row")} with more or fewer fields than the header`,remedy:"correct or remove them; without `engine: spark` their lines are named"}}function vt(e,t){const a=[[/^(tinyint|smallint|int|bigint)$/,"integer"],[/^(float|double|decimal.*)$/,"number"],[/^string$/,"string"],[/^boolean$/,"boolean"],[/^date$/,"date"],[/^timestamp/,"timestamp"]].find(([n])=>n.test(e))?.[1];return a!==void 0&&t[a]!==void 0}function Et(e,{rowChecks:t,keyChecks:s},a){const{rows:n,files:r}=e,f=d=>d.map(({file:i,row:w,value:g})=>({file:a(r[i].path),...w!==void 0&&{row:w},...g!==null&&{value:g}})),o=e.checks.flatMap(({count:d,examples:i},w)=>{const g=t[w];if((0,he.Nx)(g.tolerance,d,n))return[];const p=n===0?0:d/n;return[{...(0,dt.j)(g,d,n),count:d,share:p,examples:f(i)}]}),c=e.keys.flatMap(({count:d,examples:i},w)=>{const g=s[w];return(0,he.Nx)(g.tolerance,d,n)?[]:[(0,I.q)(g,{count:d,examples:f(i)},n)]});return[...o,...c]}function bt(e,t){if((0,he.Nx)(ft.d,e,t))return[];const s=e/t;return[{rule:"overlap",severity:"warning",message:`${(0,A.LS)(e,"row")} of holdout (${(0,A.ZV)(s*100,3)} %) ${e===1?"is":"are"} also in train, equal in every column`,remedy:"remove them from one of the two, unless equal rows are natural in this data",count:e,share:s,examples:[]}]}const At=["train","holdout"];async function Nt({inputs:e,spec:t,contract:s},a){const{run:n,logger:r,clock:f,outputFolder:o}=a;if(e.shard!==void 0)throw new u.yo({message:'the input "shard" and engine: spark do not go together',remedy:"leave one of them out: a cluster cuts the data up by itself"});t.value.data.fetch!==void 0&&r.info("data.fetch is not run: Spark reads the data where it is");const{submit:c}=t.value.data.spark,d=At.map(x=>$t(x,e[x],t,n.workspace)),i=wt(s,d,e.profile),w=await r.group(`Spark: ${c}`,()=>at(i.job,{submit:c,where:t.at(["data","spark","submit"]),temp:n.temp,cwd:t.folder,environment:a.environment,signal:a.signal,onLine:x=>r.debug(x)})),g=f.now(),p=gt(i,w,s,{folder:n.workspace,now:g}),y=[];for(const{set:x,profile:G}of p){if(G===void 0)continue;const le=(0,R.join)(o,`profile-${x.name}.json`);await(0,O.writeFile)(le,`${JSON.stringify(G)}
`),y.push({name:x.name,path:le,profile:G})}const b=p.map(({set:x})=>x),k=b.some(({findings:x})=>x.some(({severity:G})=>G==="error")),{path:N,digest:$,version:j}=s,V={kind:"validation",schemaVersion:1,model:t.value.name,verdict:k?"fail":"pass",reasons:[...(0,U.zM)(b),...Tt(e)],contract:{path:(0,P.Gt)(N,n.workspace),digest:$,...j!==void 0&&{version:j}},datasets:b,lineage:(0,oe.bQ)(n,g),engine:be(w.spark)};return(0,U.sG)(V,y,e,a)}function Tt(e){const t=[...e.leakage?["leakage but for equal rows"]:[],...e.outliers?["outliers"]:[],...e.identity?["the logical digest"]:[]];return t.length===0?[]:[`with engine: spark nobody looked at ${t.join(", ")}`]}function $t(e,t,s,a){const n=t.length>0,r=n?t:s.value.data[e],f=n?a:s.folder,o=new Set(r.map(i=>s.value.data.spark.format??Ue(i))),[c,...d]=o;if(c===void 0||d.length>0)throw new u.yo({message:d.length>0&&!o.has(void 0)?`the files of ${e} are not of one format: ${[...o].join(", ")}`:`the names of ${e} do not tell what the files are`,where:s.at(["data",e]),remedy:"say it in model.yml: data: { spark: { format: parquet } }"});return{name:e,format:c,patterns:r.map(i=>Ot(i,f))}}function Ot(e,t){return/^([a-z][a-z0-9+.-]*:|\/)/i.test(e)?e:`file:${(0,R.resolve)(t,e)}`}const pe=["train","holdout"];async function xt(e,t){const{run:s,logger:a}=t,n=await(0,ie.I)((0,R.resolve)(s.workspace,e.model)),r=await(0,ne.l)(e.contract===void 0?(0,R.resolve)(n.folder,n.value.data.contract):(0,R.resolve)(s.workspace,e.contract));if((0,oe.EW)({spec:n,contract:r}),(e.engine??n.value.data.engine)==="spark")return Nt({inputs:e,spec:n,contract:r},t);const f=e.shard===void 0?void 0:Le(e.shard),o=await(0,re.c)({spec:n,purposes:pe,override:{...e.train.length>0&&{train:e.train},...e.holdout.length>0&&{holdout:e.holdout}},workspace:s.workspace,environment:{...t.environment,...f&&{MLOPS_SHARD:`${f.index}/${f.count}`}},logger:a,signal:t.signal}),c=await(0,se.F)({library:await t.duckdb(),temp:s.temp,allowedFolders:[...new Set([...pe.flatMap(d=>o[d]??[]),...Object.values(await(0,_.Rc)(r)).flat()].map(d=>(0,R.dirname)(d))),...f===void 0?[]:[t.outputFolder]]});try{if(f!==void 0){const $=o.train??[],j=e["shard-by"]==="fetch"?$:await Re($,f,s.workspace);return await Ie({spec:n,contract:r,part:f,engine:c,inputs:e,files:[j,o.holdout??[]]},t)}const d=[];for(const $ of pe)t.signal.throwIfAborted(),d.push(await z({engine:c,contract:r,name:$,files:o[$]??[],folder:s.workspace,now:t.clock.now(),profile:e.profile||e.outliers}));const i=d,{profiles:w,leakage:g}=await(0,oe.$8)({wanted:e,spec:n,contract:r,engine:c,checked:i,files:[o.train??[],o.holdout??[]]},t),p=i.map(({set:$})=>$),y=[...p.flatMap($=>$.findings),...g?.findings??[]].some(({severity:$})=>$==="error"),b={kind:"validation",schemaVersion:1,model:n.value.name,verdict:y?"fail":"pass",reasons:[...(0,U.zM)(p),...g===void 0?[]:[(0,U.dE)(g)]],contract:{path:(0,P.Gt)(r.path,s.workspace),digest:r.digest,...r.version!==void 0&&{version:r.version}},datasets:p,...g&&{leakage:g},lineage:(0,oe.bQ)(s,t.clock.now()),engine:c.version},k=(0,U.sG)(b,w,e,t);if(!e.identity)return k;const N=await(0,oe.wL)(b,{spec:n,contract:r},t);return{...k,outputs:{...k.outputs,...(0,U.UI)(p),croissant:N}}}finally{await c.close()}}const Lt={definition:Z,main:xt}}),83020:((de,q,h)=>{h.d(q,{d:()=>A});var J=h(31421),T=h.n(J),Z=h(80481),R=h.n(Z),P=h(26722);const _=1<<20,O=30;async function A(Y,K){const{cwd:H,environment:D,signal:I,timeLimit:L,grace:W=5e3,onLine:B,onStart:Q}=K,z=(0,P.findSecrets)(D),fe=Date.now(),F=(0,J.spawn)("bash",["--noprofile","--norc","-eo","pipefail","-c",Y],{cwd:H,env:D,detached:!0,stdio:["ignore","pipe","pipe"]});let ee="itself",te="";const ne=[],se=[],re=m=>{try{F.pid!==void 0&&process.kill(-F.pid,m)}catch{}},ie=m=>()=>{ee==="itself"&&(ee=m,re("SIGTERM"),se.push(setTimeout(()=>re("SIGKILL"),W)))},U=ie("cancellation"),u=async(m,S)=>{for await(const v of(0,Z.createInterface)({input:m,crlfDelay:1/0})){S==="stdout"&&te.length<_&&(te+=`${v}
`);const E=(0,P.sanitizeLogLine)(v,z);ne.push(E),ne.length>O&&ne.shift(),B?.(E,S)}};try{const m=new Promise((v,E)=>{F.once("error",E),F.once("close",v)});F.pid!==void 0&&Q?.(F.pid),I?.addEventListener("abort",U,{once:!0}),I?.aborted&&U(),L!==void 0&&se.push(setTimeout(ie("time-limit"),L));const[S]=await Promise.all([m,u(F.stdout,"stdout"),u(F.stderr,"stderr")]);return{code:S,endedBy:ee,stdout:te,tail:ne.join(`
`),durationMs:Date.now()-fe}}finally{for(const m of se)clearTimeout(m);I?.removeEventListener("abort",U)}}}),26722:((de,q,h)=>{h.r(q),h.d(q,{findSecrets:()=>L,hideSecrets:()=>B,hideSecretsInError:()=>z,sanitizeLogLine:()=>W});var J=h(71922);const T=6,Z=[64,76];function R(u){const m=Y(()=>decodeURIComponent(u))??u,S=[...new Set([u,m])].flatMap(E=>[E,...P(E),E.trim()]),v=[...new Set(S)].filter(E=>E.length>=T).flatMap(E=>[E,JSON.stringify(E).slice(1,-1),..._(E),...O(E)]);return[...new Set(v)].filter(E=>E.length>=T)}function P(u){return u.split(/[\r\n\u2028\u2029]+/)}function _(u){const m=Y(()=>encodeURIComponent(u));if(m===void 0)return[];const S=m.replace(/[!'()*]/g,E=>`%${E.charCodeAt(0).toString(16).toUpperCase()}`);return[m,S,S.replaceAll("%2F","/"),m.replaceAll("%20","+"),S.replaceAll("%20","+"),encodeURI(u)].flatMap(E=>[E,E.replace(/%[0-9A-F]{2}/g,C=>C.toLowerCase())])}function O(u){const m=Buffer.from(u),S=m.toString("base64"),v=[S,S.replace(/=+$/,""),...[0,1,2].flatMap(C=>A(m,C))],E=Z.flatMap(C=>S.match(new RegExp(`.{1,${C}}`,"g"))??[]);return[...v,...E].flatMap(C=>[C,C.replaceAll("+","-").replaceAll("/","_")])}function A(u,m){const S=(3-m)%3,v=S+Math.floor((u.length-S)/3)*3;return v-S<T?[]:[u.subarray(S,v).toString("base64")]}function Y(u){try{return u()}catch{return}}const K=/TOKEN(?!IZ)|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|WEBHOOK|(API|ACCESS|ACCOUNT|PRIVATE|SIGNING|ENCRYPTION|STORAGE|SSH|DEPLOY|MASTER|LICEN[CS]E)_?KEY|_(PAT|PWD|PASS|AUTH|DSN)$/i,H=/token|secret|pass(word|wd|phrase)?$|pwd|credential|key|^sig$|signature|auth/i,D=/token$|secret$|password$|passwd$|passphrase$|pwd$|(api|access|account|private|secret)[ _-]?key$|^sig$|signature$/i,I=/^MLOPS_PARAM(S$|_)/;function L(u){const m=new Set;for(const[S,v]of Object.entries(u))if(!I.test(S)){K.test(S)&&R(v).forEach(E=>m.add(E));for(const E of Q(v))E.length>=T&&R(E).forEach(C=>m.add(C));for(const E of ne(v))m.add(E)}return[...m].sort((S,v)=>v.length-S.length)}function W(u,m){return B(u,m).replace(new RegExp("(^|[\\r\\n\\u0085\\u2028\\u2029])((?:[\\s\\p{Cc}\\p{Cf}]|\\p{Cc}\\[[\\d;?]*[A-Za-z])*):(?=:)","gu"),"$1$2:\u200B").replaceAll("##[","##\u200B[")}function B(u,m){let S=u;for(const v of m)S=S.replaceAll(v,"***");return S}function Q(u){return[...te(u),...se(u),...re(u),...ie(u)]}function z(u,m){if(!(u instanceof J.yo))return u;const S=u.problems.map(v=>({...v,message:B(v.message,m)}));return new J.yo(S,{cause:u.cause})}const fe=/([a-z][a-z0-9+.-]{0,30}):\/\/([^\s:/?#@"<>]*)(?=:([^\s"<>]*)@|@)/gi;function F(u){return[...u.matchAll(fe)].filter(([,,,m=""])=>!/^\d{1,5}[/?#]/.test(m)).map(([,m="",S="",v=""])=>({scheme:m,user:S,password:ee(v)}))}function ee(u){const[m]=/^[^/?#]*/.exec(`${u}@`),S=m.lastIndexOf("@");return S===-1?u:m.slice(0,S)}function te(u){return F(u).flatMap(({scheme:m,user:S,password:v})=>[v,...(v===""||v==="x-oauth-basic")&&/^https?$/i.test(m)?[S]:[]])}function ne(u){return F(u).filter(({password:m})=>m!==""&&m.length<T).map(({password:m})=>`:${m}@`)}function se(u){return[...u.matchAll(/[?&#]([^=&#\s?]+)=([^&#\s"']+)/g)].filter(([,m])=>H.test(m)).map(([,,m])=>m)}function re(u){return[...u.matchAll(/(?:^|[;,&?{\s"'-])([A-Za-z][\w -]{0,40}?)\s*=\s*/g)].filter(([,m])=>D.test(m)).flatMap(m=>{const[S]=/^("[^"]*"|'[^']*'|[^;]*)/.exec(u.slice(m.index+m[0].length)),v=/^["'](.*)["']$/s.exec(S)?.[1];return v===void 0?[S,S.split(/[\s&]/)[0]]:[v]})}function ie(u){return[...u.matchAll(/"([^"\\]+)"\s*:\s*("(?:[^"\\]|\\.)+")/g)].filter(([,m])=>D.test(m)).flatMap(([,,m])=>[m.slice(1,-1),U(m)])}function U(u){try{return JSON.parse(u)}catch{return u.slice(1,-1)}}}),89511:((de,q,h)=>{h.d(q,{c:()=>R});var J=h(83020),T=h(71922),Z=h(38994);async function R(O){const{spec:A,purposes:Y,override:K={},workspace:H}=O;await _(O);const D={},I=[];for(const L of Y){const W=K[L],{patterns:B,path:Q}=P(A,L);if(!(W===void 0&&B===void 0))try{D[L]=W!==void 0?await(0,Z.GE)(W,H):await(0,Z.GE)(B,A.folder,A.at(Q))}catch(z){if(!(z instanceof T.yo))throw z;I.push(z)}}if(I.length>0)throw new T.yo(I.flatMap(L=>L.problems));return D}function P({value:O},A){switch(A){case"train":case"holdout":return{patterns:O.data[A],path:["data",A]};case"current":case"reference":return{patterns:O.drift?.[A],path:["drift",A]}}}async function _(O){const{spec:A,purposes:Y,environment:K,logger:H,signal:D}=O,I=A.value.data.fetch;I!==void 0&&await H.group(`Fetch the data: ${I}`,async()=>{const L=await(0,J.d)(I,{cwd:A.folder,environment:{...K,MLOPS_MODEL:A.value.name,MLOPS_PURPOSE:Y.join(",")},signal:D,onLine:W=>H.info(W)});if(L.endedBy==="cancellation"&&D.throwIfAborted(),L.code!==0)throw new T.yo({message:`data.fetch ended with exit code ${L.code??"of a signal"}: ${L.tail.split(`
`).at(-1)??""}`,where:A.at(["data","fetch"]),remedy:"run the command where model.yml is; its last lines are in the log"})})}})};export{Dt as id,Ft as ids,Ut as modules};

const jt=8088,Dt=[8088],Ft={58088:((de,q,m)=>{m.r(q),m.d(q,{default:()=>Ot});var J=m(97050),T=m(36982);const Z=(0,J.Q)({name:"validate-data",description:"Checks the training and hold-out data of a model against its data contract, against each other and for outliers, names the offending rows by file and line, and writes digests and a profile of the data.",icon:"check-square",color:"blue",permissions:{contents:"read"},inputs:{model:(0,T.Ae)({description:"The model spec. It names the data contract and the data.",default:"model.yml"}),contract:(0,T.Ae)({description:"Data contract to use instead of the one in the model spec: an ODCS 3.0 or 3.1 file, relative to the workspace. `file.yaml#table` picks a table where it describes several."}),train:(0,T.p_)({description:"Files of the training data to use instead of those in the model spec: globs relative to the workspace, separated by commas or lines. CSV, TSV, JSONL (also .gz and .zst) and Parquet."}),holdout:(0,T.p_)({description:"Files of the hold-out data to use instead of those in the model spec, as for `train`."}),engine:(0,T.Yq)({description:"Who reads the data: `duckdb` (on this machine) or `spark` (the cluster that `data.spark.submit` of the model spec reaches; paths are then Spark\u2019s). Default: `data.engine` of the spec, else `duckdb`.",choices:["duckdb","spark"]}),shard:(0,T.Qq)({description:"Look at one part of the training data, as `3/8`: the third of eight. Its files are dealt out by size; the hold-out data is read whole. A shard passes no verdict: merge-profiles joins all of them."}),"shard-by":(0,T.Yq)({description:"Who cuts the training data into shards: `files` (this action, from the files that are there) or `fetch` (`data.fetch` of the model spec, which is told the shard in `MLOPS_SHARD` and brings that part alone).",choices:["files","fetch"],default:"files"}),"fail-on":(0,T.Yq)({description:"What makes the step fail: `error` (a finding of severity error), `warning` (any finding) or `never`. The verdict is `fail` whenever there is an error.",choices:["error","warning","never"],default:"error"}),"max-findings":(0,T.nd)({description:"How many findings are shown as annotations in the log. The report and the result hold all of them.",default:"10",min:0,max:50}),profile:(0,T.zM)({description:"Whether to write a profile of each data set: the reference that drift-check compares later data with.",default:"true"}),leakage:(0,T.zM)({description:"Whether to look for what leaks from train into holdout, or out of the label into the features. `data.leakage` in the model spec switches single checks off, with a reason.",default:"true"}),outliers:(0,T.zM)({description:"Whether to look for outliers; `data.outliers` in the model spec says how many there may be.",default:"true"}),identity:(0,T.zM)({description:"Whether to name each data set by its content (logical digest) and as DVC does, and to describe both as Croissant JSON-LD.",default:"true"})},outputs:{verdict:"`pass` or `fail`; of a shard `inconclusive`.",rows:"Rows of the training data.","holdout-rows":"Rows of the hold-out data.",digest:"Digest of the training data, `sha256:\u2026`, over the names and contents of its files.","holdout-digest":"Digest of the hold-out data.","logical-digest":"Digest of the content of the training data, `logical1:\u2026`: the same whatever the order of the rows, the number of the files or their format.","holdout-logical-digest":"Logical digest of the hold-out data.",errors:"How many findings of severity error there are.",warnings:"How many findings of severity warning there are.",profile:"Path of the profile of the training data (JSON).","holdout-profile":"Path of the profile of the hold-out data (JSON).",croissant:"Path of the description of both data sets as Croissant JSON-LD.",result:"Path of the result as JSON.",report:"Path of the report as HTML."}});var R=m(76760),C=m(38994),_=m(93896),x=m(51455),A=m(62450),K=m(36378),z=m(50425),G=m(13822),P=m(81803),I=m(74294),O=m(69041),U=m(54804),W=m(20759);async function ee(e){const{engine:t,contract:s,name:a,folder:n,environment:r="training",now:f=new Date}=e,o=e.profile??!0,c=te(s,r);await(0,U.xP)({engine:t,checks:c});const d=[],i=[],w=[];for(const y of e.files){const N=(0,C.Gt)(y,n),[$,{table:F,defects:V}]=await Promise.all([fe(y),(0,I.e)(t,y,s,{profile:o})]),L=F?.rows??0,Y=F?.rejected??0;i.push({path:N,...$,rows:L,rejected:Y});for(const{rule:le,message:X,remedy:we,count:ce,examples:$e,harmless:Lt,column:xe}of V)d.push({rule:le,severity:Lt?"warning":"error",...xe!==void 0&&{column:xe},message:`${N}: ${X}`,remedy:we,count:ce,share:L+Y===0?1:Math.min(1,ce/(L+Y)),examples:$e.length===0?[{file:N}]:$e.map(Rt=>({file:N,...Rt}))});F!==void 0&&(d.push(...M(F,N,s,r)),w.push(F))}const g=i.reduce((y,N)=>y+N.rows,0),v={engine:t,contract:s,tables:w,rows:g,checks:c,profiled:o,now:f,pathOf:y=>(0,C.Gt)(y,n)};d.push(...await(0,O.R)(v)),d.push(...await(0,P.A)(v)),d.push(...await(0,_.Cw)(v)),d.push(...await(0,W.KT)(v,a)),d.push(...await(0,U.L$)(v));const b=(0,G.V)(i.map(({path:y,sha256:N})=>({name:y,sha256:N??""})));return{set:{name:a,files:i,rows:g,digest:b,findings:d.sort(Q)},tables:w}}const Q=(e,t)=>+(e.severity==="warning")-+(t.severity==="warning");async function fe(e){const t=await(0,x.stat)(e).catch(()=>{});return t?.isFile()?{bytes:t.size,sha256:await(0,K.Vq)(e)}:{bytes:0}}function M(e,t,s,a){const n=e.columns.map(i=>i.name),r=s.columns.map(i=>i.name),o={count:1,share:1,examples:[{file:t,...e.unit==="line"&&{line:1}}]},c=[];for(const i of s.columns){const w=(0,z.IN)(i,a);if(w==="absent"&&n.includes(i.name)){const h=i.environments.join(" and ");c.push({...o,rule:"unexpected-column",severity:"warning",column:i.name,message:`${t}: the column "${i.name}" is there, which the contract has for ${h} only, not for ${a}`,remedy:"leave it out of the file, or add the environment to the contract"})}if(w!=="present"||n.includes(i.name)||s.missingColumns==="allowed")continue;const g=(0,A.pA)(i.name,n.filter(h=>!r.includes(h)));c.push({...o,rule:"missing-column",severity:"error",column:i.name,message:`${t}: there is no column "${i.name}"`,remedy:g===void 0?`the file has: ${n.join(", ")}`:`did you mean "${g}", which the contract does not know?`})}s.missingColumns==="allowed"&&!r.some(i=>n.includes(i))&&c.push({...o,rule:"missing-column",severity:"error",message:`${t}: it has none of the columns of the contract`,remedy:`the file has: ${n.join(", ")}`});const d=s.unknownColumns==="allowed"?[]:n;for(const i of d.filter(w=>w!==""&&!r.includes(w)))c.push({...o,rule:"unknown-column",severity:s.unknownColumns==="error"?"error":"warning",column:i,message:`${t}: the contract does not know the column "${i}"`,remedy:"describe it in the contract, or leave it out of the file"});for(const{name:i,type:w,fileType:g}of e.columns.filter(h=>h.mismatch))c.push({...o,rule:"type",severity:"error",column:i,message:`${t}: column "${i}" is ${g??"something else"} in the file, ${w} in the contract`,remedy:"write the column with that type, or change logicalType in the contract"});return c}function te(e,t){const s=e.columns.filter(n=>(0,z.IN)(n,t)!=="present"),a=new Set(s.map(({name:n})=>n));return e.checks.filter(({test:n,column:r})=>n.kind!=="missing"||!a.has(r??""))}var se=m(71483),ne=m(20299),oe=m(89511),re=m(70694),H=m(45617),j=m(71922);function p(e){const t=/^(\d{1,4})\/(\d{1,4})$/.exec(e.trim());if(t===null)return;const[s,a]=[Number(t[1]),Number(t[2])];return s>=1&&s<=a?{index:s,count:a}:void 0}function u(e,{index:t,count:s}){if(s>e.length)throw new j.yo({message:`${(0,A.LS)(e.length,"file")} cannot be cut into ${s} shards`,remedy:`take at most ${(0,A.LS)(e.length,"shard")}, or write the data as more files`});const a=new Array(s).fill(0),n=new Set,r=[...e].sort((f,o)=>o.bytes-f.bytes||(f.name<o.name?-1:1));for(const f of r){const o=a.indexOf(Math.min(...a));a[o]+=Math.max(1,f.bytes),o===t-1&&n.add(f)}return e.filter(f=>n.has(f))}async function S(e,t,s){const a=await Promise.all(e.map(async n=>({path:n,name:t(n),bytes:(await(0,x.stat)(n).catch(()=>{}))?.size??0})));return u(a,s).map(({path:n})=>n)}var E=m(36554),k=m(60856),B=m(75760),ae=m(35954);function Oe(e){const t=p(e);if(t!==void 0)return t;throw new j.yo({message:`input "shard": "${e}" names no shard`,remedy:"write 3/8 for the third of eight, as ${{ matrix.shard }}/${{ strategy.job-total }} does"})}function Le(e,t,s){return S(e,a=>(0,C.Gt)(a,s),t)}async function Re(e,t){const{spec:s,contract:a,part:n,engine:r,inputs:f,files:o}=e,{run:c,outputFolder:d}=t,i=t.clock.now(),w=async(X,we,ce)=>(t.signal.throwIfAborted(),ee({engine:r,contract:ce,name:X,files:we,folder:c.workspace,now:i})),g=await w("train",o[0],(0,k.Zp)(a)),h=await w("holdout",o[1],a),v=[g,h],{profiles:b,leakage:y}=await(0,ae.$8)({wanted:f,spec:s,contract:a,engine:r,checked:v,files:o},t),{path:N,digest:$,version:F}=a,V={kind:"shard",schemaVersion:1,model:s.value.name,contract:{path:(0,C.Gt)(N,c.workspace),digest:$,...F!==void 0&&{version:F}},engine:r.version,shard:{index:n.index,count:n.count},sets:[{...ge(g,f.profile),whole:!1,newest:await Ie(a,g,r)},{...ge(h,f.profile),whole:!0,newest:[]}],...y&&{leakage:y},keys:await(0,E.m)(r,a,g.tables,(0,R.resolve)(d))};await(0,x.writeFile)((0,R.join)(d,"shard.json"),`${JSON.stringify(V)}
`);const L=V.sets.map(({name:X})=>(0,B.bX)((0,k.MX)(a),X,[V],new Map,i)),Y={kind:"validation",schemaVersion:1,model:V.model,verdict:"inconclusive",reasons:[`shard ${n.index} of ${n.count}: merge-profiles judges all of them together`,...L.map(X=>`${X.name}: ${(0,A.LS)(X.rows,"row")} in ${(0,A.LS)(X.files.length,"file")}`)],contract:V.contract,datasets:L,...y&&{leakage:y},lineage:(0,ae.bQ)(c,i),engine:V.engine},le={"fail-on":"never","max-findings":f["max-findings"]};return(0,H.sG)(Y,b,le,t)}function ge({set:e},t){const{name:s,files:a,rows:n,digest:r,identity:f}=e,{tallies:o,others:c}=(0,k.mG)(e.findings);return{name:s,files:a,rows:n,digest:r,tallies:o,...f&&{identity:f},findings:c,...t&&{profile:`profile-${s}.json`}}}async function Ie(e,{tables:t},s){const a=[];for(const[n,r]of e.checks.entries()){const f=r.test.kind==="age"?await(0,W.BP)({engine:s,tables:t},r):void 0;f!==void 0&&a.push({check:(0,k.yR)(n),at:f})}return a}var l=m(77934);const It=null,D=l.FsL(l.aig(),l.ndf(),l.Wwf(0)),Ce=l.Ikc({file:D,row:l.lqM(D),value:l.mee(l.YjP())}),Se=l.Ikc({count:D,examples:l.YOg(Ce)}),ye=l.YOg(l.PVZ([l.aig(),D])),Pe=l.Ikc({count:D,nonFinite:D,min:l.mee(l.aig()),max:l.mee(l.aig()),mean:l.mee(l.aig()),variance:l.mee(l.aig()),how:l.cl6(l.KCZ([l.Ikc({bits:l.aig()}),l.Ikc({step:l.aig()})])),values:l.lqM(l.YOg(l.PVZ([l.KCZ([l.aig(),l.YjP()]),D]))),top:l.lqM(l.zMY()),drawn:l.cl6(l.Ikc({times:D,texts:l.YOg(l.PVZ([l.YjP(),D]))})),lengths:l.lqM(ye),registers:l.lqM(ye)}),Me=l.Ikc({path:l.YjP(),bytes:D,sha256:l.YjP(),rows:l.lqM(D,0),rejected:l.lqM(D,0),defect:l.lqM(l.KIO(["empty-file","unreadable","truncated","encoding"])),columns:l.lqM(l.YOg(l.YjP())),types:l.lqM(l.g1P(l.YjP(),l.YjP()))}),je=l.Ikc({spark:l.YjP(),overlap:l.lqM(D),sets:l.YOg(l.Ikc({name:l.YjP(),missing:l.YOg(l.YjP()),rows:D,files:l.YOg(Me),checks:l.lqM(l.YOg(Se),[]),keys:l.lqM(l.YOg(Se),[]),columns:l.lqM(l.YOg(Pe),[])}))}),De={csv:"csv",tsv:"csv",jsonl:"jsonl",ndjson:"jsonl",parquet:"parquet"};function Fe(e){const t=/\.([a-z]+)(\.(gz|zst|bz2|snappy|lz4))?$/i.exec(e);return De[t?.[1]?.toLowerCase()??""]}var Ue=m(82723),We=m(64254),ke=m(1091),ue=m(11520),He=m(44083),Be=m(32654),me=m(37635);function ie(e){return`'${e.replace(/[\\']/g,s=>`\\${s}`).replaceAll("\0","\\u0000")}'`}const ve={integer:"BIGINT",number:"DOUBLE",string:"STRING",boolean:"BOOLEAN",date:"DATE",timestamp:"TIMESTAMP"},Ge={integer:"^\\s*[+-]?[0-9]+\\s*$",number:"^(?i)\\s*[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|inf|infinity|nan)\\s*$",date:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",timestamp:"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?$"};function Ye(e,t){switch(t){case"string":return e;case"boolean":return`CASE lower(${e}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`;default:return`CASE WHEN ${e} RLIKE ${ie(Ge[t])} THEN try_cast(trim(${e}) AS ${ve[t]}) END`}}function Ke(e){const t={[e]:`try_cast({c} AS ${ve[e]})`};switch(e){case"number":return{...t,integer:"CAST({c} AS DOUBLE)"};case"integer":return{...t,number:"CASE WHEN {c} = try_cast({c} AS BIGINT) THEN try_cast({c} AS BIGINT) END"};case"timestamp":return{...t,date:"CAST({c} AS TIMESTAMP)"};case"date":return{...t,timestamp:"CASE WHEN {c} = date_trunc('DAY', {c}) THEN CAST({c} AS DATE) END"};default:return t}}const Pt=e=>e==="date"||e==="timestamp",Ee=e=>e==="string"||e==="boolean";function ze(e,t){return Ee(t)?`CAST(${e} AS STRING)`:t==="date"?`CAST(unix_date(${e}) AS DOUBLE) * 86400`:t==="timestamp"?`unix_micros(${e}) / 1e6D`:`CAST(${e} AS DOUBLE)`}const Ve=4096,be=e=>`spark ${e}`;function qe({rows:e,columns:t,files:s},a,n){const r=s.filter(({defect:o})=>o===void 0),f=a.flatMap(({name:o,type:c},d)=>{const i=t[d],w=r.every(g=>g.columns?.includes(o));return i===void 0||!w?[]:[Je(o,c,i,e)]});return{kind:"profile",schemaVersion:1,engine:n,rows:e,columns:f}}function Je(e,t,s,a){const{count:n,values:r=[],how:f}=s,o=(0,He.$A)(s.registers??[]),c=b=>{const y=(0,We.C)({count:n,registers:o,values:b.values});return{name:e,type:t,count:n,nulls:a-n,distinct:y,registers:o,...b}};if(Ee(t)){const b=[...r].sort(Be.Fd),y=Xe(s),N=s.top?Qe(b,n):{kind:"exact",counts:b},$=Ze(N,s);return c({...y&&{lengths:y},...$&&{words:$},values:N})}const d=[...r].sort(([b],[y])=>b-y);if(f==null){const b={values:Float64Array.from(d,([N])=>N),counts:Float64Array.from(d,([,N])=>N)},y=(0,ke.Zn)(b,s.nonFinite);return c({...y&&{moments:y},values:{kind:"exact",counts:d}})}const{mean:i,variance:w,min:g,max:h,nonFinite:v}=s;return c({moments:{mean:i??0,m2:(0,ke.E2)((w??0)*(n-v)),min:g??0,max:h??0,nonFinite:v},values:"step"in f?{kind:"grid",...f,counts:d}:{kind:"rounded",...f,counts:d}})}function Ze(e,{drawn:t}){if(t==null)return;const s=new Set(e.counts.map(([n])=>String(n).slice(0,me.O1))),a=t.texts.filter(([n])=>!s.has(n));return(0,me.vP)(e.counts,a,t.times)}function Qe(e,t){const s=e.slice(0,ue.FP),a=s.reduce((n,[,r])=>n+r,0);return{kind:"top",counts:s,others:t-a,error:e[ue.FP]?.[1]??1}}function Xe({lengths:e=[]}){if(e.length===0)return;const t=new Map;let[s,a]=[0,0];for(const[o,c]of e){const d=o>Ve?(0,Ue.NP)(o,12):o;t.set(d,(t.get(d)??0)+c),s+=c,a+=c*o}const n=e.map(([o])=>o),[r,f]=[n.reduce((o,c)=>Math.min(o,c)),n.reduce((o,c)=>Math.max(o,c))];return{min:r,max:f,mean:a/s,counts:[...t].sort(([o],[c])=>o-c)}}var _e=m(73024),et=m(83020),tt=m(29927);const nt=String.raw`
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
`,st=`${String.raw`
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
${nt}`;async function ot(e,t){const{submit:s,where:a,cwd:n,environment:r,signal:f,onLine:o}=t;await(0,x.mkdir)(t.temp,{recursive:!0});const c=await(0,x.mkdtemp)((0,R.join)(t.temp,"spark-")),[d,i,w]=["validate.py","job.json","answer.json"].map(g=>(0,R.join)(c,g));try{await(0,x.writeFile)(d,st),await(0,x.writeFile)(i,JSON.stringify(e));const g=[],{code:h,endedBy:v,tail:b}=await(0,et.d)(`${s} "$MLOPS_SPARK_SCRIPT" "$MLOPS_SPARK_JOB" "$MLOPS_SPARK_ANSWER"`,{cwd:n,environment:{...r,MLOPS_SPARK_SCRIPT:d,MLOPS_SPARK_JOB:i,MLOPS_SPARK_ANSWER:w},signal:f,onLine:y=>{at.test(y)&&g.push(y),o?.(y)}});if(v==="cancellation"&&f.throwIfAborted(),h!==0)throw new j.yo({message:rt(h,g,b),where:a,remedy:it(h)});if(!(0,_e.existsSync)(w))throw new j.yo({message:"Spark ended well, but its answer is not on this machine",where:a,remedy:"run the driver here: leave --deploy-mode out, or set it to client"});return await(0,tt.JE)(w,je)}finally{await(0,x.rm)(c,{recursive:!0,force:!0})}}const at=/^(Caused by: |: )?(?!py4j)[\w.$]*(Error|Exception|Failure)\b/;function rt(e,t,s){const a=s.split(`
`).findLast(r=>r.trim()!==""),n=t.find(r=>r.startsWith("Caused by: "))??t.at(-1)??a??"";return`Spark ended with exit code ${e??"of a signal"}: ${n.replace(/^(Caused by: |: )/,"").slice(0,500)}`}function it(e){return e===127?"install Spark on the runner, or name its command in data.spark.submit":"the whole message is in the log; Spark 3.5 or newer is needed"}var lt=m(28188),ft=m(9315),ct=m(71788),he=m(17267);function dt(e){const t=/^\(\?([imsU]+)\)/.exec(e),s=e.slice(t?.[0].length??0),a=(t?.[1]??"").replace("U","");let n="",r=!1;for(let f=0;f<s.length;f++){const[o,c]=[s[f],s[f+1]];if(o==="\\"){if(c===void 0||/[pPbBQCsS]/.test(c)){const d=c==="s"?"[\\t\\n\\f\\r ]":c==="S"?"[^\\t\\n\\f\\r ]":void 0;if(d===void 0||r)return;n+=d}else n+=o+c;f++}else if(r){if(o==="["||o==="&"&&c==="&")return;o==="]"&&(r=!1),n+=o}else if(o==="[")r=!0,n+=o;else if(o==="$"&&!a.includes("m"))n+="\\z";else{if(/[*+?}]/.test(o)&&c==="+")return;n+=o}}return`(?d${a.includes("i")?"u":""}${a})${n}`}function ut(e,t,s,a){switch(e.kind){case"type":return{sql:`${s} IS NOT NULL AND ${a} IS NULL`};case"missing":{const n=e.values.map(f=>ie(String(f))),r=n.length===0?"":` OR CAST(${s} AS STRING) IN (${n.join(", ")})`;return{sql:`(${s} IS NULL${r})`}}case"values":{const n=e.values.map(r=>Ne(r,t)).filter(r=>r!==void 0);return{sql:n.length===0?`${a} IS NOT NULL`:`${a} NOT IN (${n.join(", ")})`}}case"pattern":{const n=dt(e.pattern);return n===void 0?{cannot:`the pattern ${e.pattern} means something else to Spark`}:{sql:`NOT (${a} RLIKE ${ie(n)})`}}case"length":return Ae(e.min===void 0?void 0:`length(${a}) < ${e.min}`,e.max===void 0?void 0:`length(${a}) > ${e.max}`);case"range":{const n=r=>Ne(r,t)??"NULL";return Ae(e.min===void 0?void 0:`${a} ${e.above?"<=":"<"} ${n(e.min)}`,e.max===void 0?void 0:`${a} ${e.below?">=":">"} ${n(e.max)}`)}case"multiple":{const n=`(${a} / ${e.of}D)`;return{sql:`abs(${n} - round(${n})) > 1e-9D * greatest(1D, abs(${n}))`}}case"expression":return{cannot:"it is SQL for DuckDB"}}}function Ae(...e){return{sql:`(${e.filter(t=>t!==void 0).join(" OR ")})`}}function Ne(e,t){switch(t){case"string":return ie(String(e));case"boolean":return/^(true|false)$/i.test(String(e))?String(e).toLowerCase():void 0;case"date":case"timestamp":return!(typeof e=="string"&&/^\d{4}-\d{2}-\d{2}/.test(e))||Number.isNaN(Date.parse(e))?void 0:`CAST(${ie(e)} AS ${t==="date"?"DATE":"TIMESTAMP"})`;case"integer":case"number":{const s=typeof e=="string"&&e.trim()===""?Number.NaN:Number(e);return typeof e=="boolean"||!Number.isFinite(s)?void 0:t==="number"?`${s}D`:Number.isSafeInteger(s)?String(s):typeof e=="string"&&/^[+-]?\d+$/.test(e)?e:`${s}D`}}}function mt(e,t,s){const a=new Map(e.columns.map(({name:i},w)=>[i,w])),n=e.columns.map((i,w)=>ht(i,w,s)),r=[],f=[],o=[],c=[],d=({rule:i,where:w},g)=>{s.push({message:`${i} cannot be checked with engine: spark: ${g}`,where:w,remedy:"leave it out of this contract, or check the data without `engine: spark`"})};for(const i of t){const{test:w,column:g}=i;switch(w.kind){case"rows":break;case"duplicates":{const h=w.columns.length===0?[...a.keys()]:w.columns;c.push({columns:h.map(v=>a.get(v))}),f.push(i);break}case"reference":case"age":case"shares":case"sql":d(i,"Spark is asked about rows and keys only");break;default:{const h=a.get(g??"");if(h===void 0){d(i,"it looks at no one column");break}const v=ut(w,e.columns[h].type,`r${h}`,`v${h}`);if("cannot"in v){d(i,v.cannot);break}const b=w.kind==="type"?`h${h} AND NOT m${h}`:`h${h}`;o.push({sql:`${b} AND (${v.sql})`,shown:`r${h}`}),r.push(i)}}}return{columns:n,checks:o,keys:c,rowChecks:r,keyChecks:f}}function ht({name:e,type:t,reading:s={},where:a},n,r){const{missing:f=[],...o}=s;return Object.keys(o).length>0&&r.push({message:`how column "${e}" is written (${Object.keys(o).join(", ")}) cannot be read with engine: spark`,where:a,remedy:"write it as ISO 8601 dates, numbers with a point, true and false; or leave `engine: spark` out"}),{name:e,type:t,rawText:Te("{c}",t==="string"?f:[...f,""]),rawTyped:Te("CAST({c} AS STRING)",f),parsed:Ye("{c}",t),converted:Ke(t),profiled:ze(`v${n}`,t)}}function Te(e,t){return t.length===0?"{c}":`CASE WHEN ${e} IN (${t.map(ie).join(", ")}) THEN NULL ELSE {c} END`}function pt(e,t,s){const a=[],n=e.columns.filter(({untyped:i})=>i!==!0).map(O.r),r=mt(e,[...n,...te(e,"training")],a);(0,j.Ko)(a);const{columns:f,checks:o,keys:c}=r;return{job:{sets:t.map(i=>({...i,columns:f,checks:o,keys:c})),profile:s,...t.length===2&&{overlap:[0,1]},exactLimit:ue.FP,keptRows:ft.Ww,wordRows:2**15,wordCharacters:me.O1},compiled:r}}function wt({job:e,compiled:t},s,a,{folder:n,now:r}){(0,j.Ko)(s.sets.flatMap(({missing:o})=>o.map(c=>({message:`no file matches "${c}", as Spark sees it`,remedy:"check the pattern, and that the cluster may read there"}))));const f=be(s.spark);return s.sets.map((o,c)=>{const d=h=>(0,C.Gt)(h.replace(/^file:(\/\/)?/,""),n),i=[...o.files.flatMap(h=>St(h,d(h.path),e.sets[c].format,a,t)),...vt(o,t,d),...(0,W.Mw)({checks:a.checks,rows:o.rows,now:r},o.name,()=>{}),...c===1?Et(s.overlap??0,o.rows):[]],w=o.files.map(({path:h,bytes:v,sha256:b,rows:y,rejected:N})=>({path:d(h),bytes:v,sha256:b,rows:y,rejected:N})),g=(0,G.V)(w.map(({path:h,sha256:v})=>({name:h,sha256:v})));return i.sort((h,v)=>+(h.severity==="warning")-+(v.severity==="warning")),{set:{name:o.name,files:w,rows:o.rows,digest:g,findings:i},...e.profile&&{profile:qe(o,a.columns,f)}}})}const gt={"empty-file":["the file is empty (0 bytes)","write it again"],unreadable:["the file is not Parquet","name it after what is in it, or write it again"],truncated:["the file ends before its end: it is not whole","copy or write it again"],encoding:["the file is UTF-16","write it as UTF-8"]};function St(e,t,s,a,n){const{defect:r,rows:f,rejected:o,columns:c=[],types:d={}}=e,i={severity:"error",count:1,share:1,examples:[{file:t}]};if(r!==void 0){const[h,v]=gt[r];return[{...i,rule:r,message:`${t}: ${h}`,remedy:v}]}const w=[];if(o>0){const h=o/(f+o);w.push({...i,...yt(s,t,o),count:o,share:h})}if(f+o===0){const h=`${t}: the file has no rows`;w.push({...i,rule:"no-rows",message:h,remedy:"check the program that writes it"})}const g=c.map(h=>{const v=n.columns.find($=>$.name===h),b=d[h],y=v!==void 0&&b!==void 0&&!kt(b,v.converted),N=v?.type??"string";return{name:h,type:N,raw:"",value:"",mismatch:y,...b!==void 0&&{fileType:b}}});return w.push(...M({columns:g,unit:"row"},t,a,"training")),w}function yt(e,t,s){return e==="jsonl"?{rule:"malformed-json",message:`${t}: ${(0,A.LS)(s,"line")} that are not a JSON object`,remedy:"write one object on each line, and nothing else"}:{rule:"ragged-row",message:`${t}: ${(0,A.LS)(s,"row")} with more or fewer fields than the header`,remedy:"correct or remove them; without `engine: spark` their lines are named"}}function kt(e,t){const a=[[/^(tinyint|smallint|int|bigint)$/,"integer"],[/^(float|double|decimal.*)$/,"number"],[/^string$/,"string"],[/^boolean$/,"boolean"],[/^date$/,"date"],[/^timestamp/,"timestamp"]].find(([n])=>n.test(e))?.[1];return a!==void 0&&t[a]!==void 0}function vt(e,{rowChecks:t,keyChecks:s},a){const{rows:n,files:r}=e,f=d=>d.map(({file:i,row:w,value:g})=>({file:a(r[i].path),...w!==void 0&&{row:w},...g!==null&&{value:g}})),o=e.checks.flatMap(({count:d,examples:i},w)=>{const g=t[w];if((0,he.Nx)(g.tolerance,d,n))return[];const h=n===0?0:d/n;return[{...(0,ct.j)(g,d,n),count:d,share:h,examples:f(i)}]}),c=e.keys.flatMap(({count:d,examples:i},w)=>{const g=s[w];return(0,he.Nx)(g.tolerance,d,n)?[]:[(0,P.q)(g,{count:d,examples:f(i)},n)]});return[...o,...c]}function Et(e,t){if((0,he.Nx)(lt.d,e,t))return[];const s=e/t;return[{rule:"overlap",severity:"warning",message:`${(0,A.LS)(e,"row")} of holdout (${(0,A.ZV)(s*100,3)} %) ${e===1?"is":"are"} also in train, equal in every column`,remedy:"remove them from one of the two, unless equal rows are natural in this data",count:e,share:s,examples:[]}]}const bt=["train","holdout"];async function At({inputs:e,spec:t,contract:s},a){const{run:n,logger:r,clock:f,outputFolder:o}=a;if(e.shard!==void 0)throw new j.yo({message:'the input "shard" and engine: spark do not go together',remedy:"leave one of them out: a cluster cuts the data up by itself"});t.value.data.fetch!==void 0&&r.info("data.fetch is not run: Spark reads the data where it is");const{submit:c}=t.value.data.spark,d=bt.map(L=>Tt(L,e[L],t,n.workspace)),i=pt(s,d,e.profile),w=await r.group(`Spark: ${c}`,()=>ot(i.job,{submit:c,where:t.at(["data","spark","submit"]),temp:n.temp,cwd:t.folder,environment:a.environment,signal:a.signal,onLine:L=>r.debug(L)})),g=f.now(),h=wt(i,w,s,{folder:n.workspace,now:g}),v=[];for(const{set:L,profile:Y}of h){if(Y===void 0)continue;const le=(0,R.join)(o,`profile-${L.name}.json`);await(0,x.writeFile)(le,`${JSON.stringify(Y)}
`),v.push({name:L.name,path:le,profile:Y})}const b=h.map(({set:L})=>L),y=b.some(({findings:L})=>L.some(({severity:Y})=>Y==="error")),{path:N,digest:$,version:F}=s,V={kind:"validation",schemaVersion:1,model:t.value.name,verdict:y?"fail":"pass",reasons:[...(0,H.zM)(b),...Nt(e)],contract:{path:(0,C.Gt)(N,n.workspace),digest:$,...F!==void 0&&{version:F}},datasets:b,lineage:(0,ae.bQ)(n,g),engine:be(w.spark)};return(0,H.sG)(V,v,e,a)}function Nt(e){const t=[...e.leakage?["leakage but for equal rows"]:[],...e.outliers?["outliers"]:[],...e.identity?["the logical digest"]:[]];return t.length===0?[]:[`with engine: spark nobody looked at ${t.join(", ")}`]}function Tt(e,t,s,a){const n=t.length>0,r=n?t:s.value.data[e],f=n?a:s.folder,o=new Set(r.map(i=>s.value.data.spark.format??Fe(i))),[c,...d]=o;if(c===void 0||d.length>0)throw new j.yo({message:d.length>0&&!o.has(void 0)?`the files of ${e} are not of one format: ${[...o].join(", ")}`:`the names of ${e} do not tell what the files are`,where:s.at(["data",e]),remedy:"say it in model.yml: data: { spark: { format: parquet } }"});return{name:e,format:c,patterns:r.map(i=>$t(i,f))}}function $t(e,t){return/^([a-z][a-z0-9+.-]*:|\/)/i.test(e)?e:`file:${(0,R.resolve)(t,e)}`}const pe=["train","holdout"];async function xt(e,t){const{run:s,logger:a}=t,n=await(0,re.I)((0,R.resolve)(s.workspace,e.model)),r=await(0,se.l)(e.contract===void 0?(0,R.resolve)(n.folder,n.value.data.contract):(0,R.resolve)(s.workspace,e.contract));if((0,ae.EW)({spec:n,contract:r}),(e.engine??n.value.data.engine)==="spark")return At({inputs:e,spec:n,contract:r},t);const f=e.shard===void 0?void 0:Oe(e.shard),o=await(0,oe.c)({spec:n,purposes:pe,override:{...e.train.length>0&&{train:e.train},...e.holdout.length>0&&{holdout:e.holdout}},workspace:s.workspace,environment:{...t.environment,...f&&{MLOPS_SHARD:`${f.index}/${f.count}`}},logger:a,signal:t.signal}),c=await(0,ne.F)({library:await t.duckdb(),temp:s.temp,allowedFolders:[...new Set([...pe.flatMap(d=>o[d]??[]),...Object.values(await(0,_.Rc)(r)).flat()].map(d=>(0,R.dirname)(d))),...f===void 0?[]:[t.outputFolder]]});try{if(f!==void 0){const $=o.train??[],F=e["shard-by"]==="fetch"?$:await Le($,f,s.workspace);return await Re({spec:n,contract:r,part:f,engine:c,inputs:e,files:[F,o.holdout??[]]},t)}const d=[];for(const $ of pe)t.signal.throwIfAborted(),d.push(await ee({engine:c,contract:r,name:$,files:o[$]??[],folder:s.workspace,now:t.clock.now(),profile:e.profile||e.outliers}));const i=d,{profiles:w,leakage:g}=await(0,ae.$8)({wanted:e,spec:n,contract:r,engine:c,checked:i,files:[o.train??[],o.holdout??[]]},t),h=i.map(({set:$})=>$),v=[...h.flatMap($=>$.findings),...g?.findings??[]].some(({severity:$})=>$==="error"),b={kind:"validation",schemaVersion:1,model:n.value.name,verdict:v?"fail":"pass",reasons:[...(0,H.zM)(h),...g===void 0?[]:[(0,H.dE)(g)]],contract:{path:(0,C.Gt)(r.path,s.workspace),digest:r.digest,...r.version!==void 0&&{version:r.version}},datasets:h,...g&&{leakage:g},lineage:(0,ae.bQ)(s,t.clock.now()),engine:c.version},y=(0,H.sG)(b,w,e,t);if(!e.identity)return y;const N=await(0,ae.wL)(b,{spec:n,contract:r},t);return{...y,outputs:{...y.outputs,...(0,H.UI)(h),croissant:N}}}finally{await c.close()}}const Ot={definition:Z,main:xt}}),83020:((de,q,m)=>{m.d(q,{d:()=>A});var J=m(31421),T=m.n(J),Z=m(80481),R=m.n(Z),C=m(26722);const _=1<<20,x=30;async function A(K,z){const{cwd:G,environment:P,signal:I,timeLimit:O,grace:U=5e3,onLine:W,onStart:ee}=z,Q=(0,C.findSecrets)(P),fe=Date.now(),M=(0,J.spawn)("bash",["--noprofile","--norc","-eo","pipefail","-c",K],{cwd:G,env:P,detached:!0,stdio:["ignore","pipe","pipe"]});let te="itself",se="";const ne=[],oe=[],re=u=>{try{M.pid!==void 0&&process.kill(-M.pid,u)}catch{}},H=u=>()=>{te==="itself"&&(te=u,re("SIGTERM"),oe.push(setTimeout(()=>re("SIGKILL"),U)))},j=H("cancellation"),p=async(u,S)=>{for await(const E of(0,Z.createInterface)({input:u,crlfDelay:1/0})){S==="stdout"&&se.length<_&&(se+=`${E}
`);const k=(0,C.sanitizeLogLine)(E,Q);ne.push(k),ne.length>x&&ne.shift(),W?.(k,S)}};try{const u=new Promise((E,k)=>{M.once("error",k),M.once("close",E)});M.pid!==void 0&&ee?.(M.pid),I?.addEventListener("abort",j,{once:!0}),I?.aborted&&j(),O!==void 0&&oe.push(setTimeout(H("time-limit"),O));const[S]=await Promise.all([u,p(M.stdout,"stdout"),p(M.stderr,"stderr")]);return{code:S,endedBy:te,stdout:se,tail:ne.join(`
`),durationMs:Date.now()-fe}}finally{for(const u of oe)clearTimeout(u);I?.removeEventListener("abort",j)}}}),26722:((de,q,m)=>{m.r(q),m.d(q,{findSecrets:()=>O,hideSecrets:()=>W,hideSecretsInError:()=>Q,sanitizeLogLine:()=>U});var J=m(71922);const T=6,Z=[64,76];function R(p){const u=K(()=>decodeURIComponent(p))??p,S=[...new Set([p,u])].flatMap(k=>[k,...C(k),k.trim()]),E=[...new Set(S)].filter(k=>k.length>=T).flatMap(k=>[k,JSON.stringify(k).slice(1,-1),..._(k),...x(k)]);return[...new Set(E)].filter(k=>k.length>=T)}function C(p){return p.split(/[\r\n\u2028\u2029]+/)}function _(p){const u=K(()=>encodeURIComponent(p));if(u===void 0)return[];const S=u.replace(/[!'()*]/g,k=>`%${k.charCodeAt(0).toString(16).toUpperCase()}`);return[u,S,S.replaceAll("%2F","/"),u.replaceAll("%20","+"),S.replaceAll("%20","+"),encodeURI(p)].flatMap(k=>[k,k.replace(/%[0-9A-F]{2}/g,B=>B.toLowerCase())])}function x(p){const u=Buffer.from(p),S=u.toString("base64"),E=[S,S.replace(/=+$/,""),...[0,1,2].flatMap(B=>A(u,B))],k=Z.flatMap(B=>S.match(new RegExp(`.{1,${B}}`,"g"))??[]);return[...E,...k].flatMap(B=>[B,B.replaceAll("+","-").replaceAll("/","_")])}function A(p,u){const S=(3-u)%3,E=S+Math.floor((p.length-S)/3)*3;return E-S<T?[]:[p.subarray(S,E).toString("base64")]}function K(p){try{return p()}catch{return}}const z=/TOKEN(?!IZ)|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|WEBHOOK|(API|ACCESS|ACCOUNT|PRIVATE|SIGNING|ENCRYPTION|STORAGE|SSH|DEPLOY|MASTER|LICEN[CS]E)_?KEY|_(PAT|PWD|PASS|AUTH|DSN)$/i,G=/token|secret|pass(word|wd|phrase)?$|pwd|credential|key|^sig$|signature|auth/i,P=/token$|secret$|password$|passwd$|passphrase$|pwd$|(api|access|account|private|secret)[ _-]?key$|^sig$|signature$/i,I=/^MLOPS_PARAM(S$|_)/;function O(p){const u=new Set;for(const[S,E]of Object.entries(p))if(!I.test(S)){z.test(S)&&R(E).forEach(k=>u.add(k));for(const k of ee(E))k.length>=T&&R(k).forEach(B=>u.add(B));for(const k of ne(E))u.add(k)}return[...u].sort((S,E)=>E.length-S.length)}function U(p,u){return W(p,u).replace(new RegExp("(^|[\\r\\n\\u0085\\u2028\\u2029])((?:[\\s\\p{Cc}\\p{Cf}]|\\p{Cc}\\[[\\d;?]*[A-Za-z])*):(?=:)","gu"),"$1$2:\u200B").replaceAll("##[","##\u200B[")}function W(p,u){let S=p;for(const E of u)S=S.replaceAll(E,"***");return S}function ee(p){return[...se(p),...oe(p),...re(p),...H(p)]}function Q(p,u){if(!(p instanceof J.yo))return p;const S=p.problems.map(E=>({...E,message:W(E.message,u)}));return new J.yo(S,{cause:p.cause})}const fe=/([a-z][a-z0-9+.-]{0,30}):\/\/([^\s:/?#@"<>]*)(?=:([^\s"<>]*)@|@)/gi;function M(p){return[...p.matchAll(fe)].filter(([,,,u=""])=>!/^\d{1,5}[/?#]/.test(u)).map(([,u="",S="",E=""])=>({scheme:u,user:S,password:te(E)}))}function te(p){const[u]=/^[^/?#]*/.exec(`${p}@`),S=u.lastIndexOf("@");return S===-1?p:u.slice(0,S)}function se(p){return M(p).flatMap(({scheme:u,user:S,password:E})=>[E,...(E===""||E==="x-oauth-basic")&&/^https?$/i.test(u)?[S]:[]])}function ne(p){return M(p).filter(({password:u})=>u!==""&&u.length<T).map(({password:u})=>`:${u}@`)}function oe(p){return[...p.matchAll(/[?&#]([^=&#\s?]+)=([^&#\s"']+)/g)].filter(([,u])=>G.test(u)).map(([,,u])=>u)}function re(p){return[...p.matchAll(/(?:^|[;,&?{\s"'-])([A-Za-z][\w -]{0,40}?)\s*=\s*/g)].filter(([,u])=>P.test(u)).flatMap(u=>{const[S]=/^("[^"]*"|'[^']*'|[^;]*)/.exec(p.slice(u.index+u[0].length)),E=/^["'](.*)["']$/s.exec(S)?.[1];return E===void 0?[S,S.split(/[\s&]/)[0]]:[E]})}function H(p){return[...p.matchAll(/"([^"\\]+)"\s*:\s*("(?:[^"\\]|\\.)+")/g)].filter(([,u])=>P.test(u)).flatMap(([,,u])=>[u.slice(1,-1),j(u)])}function j(p){try{return JSON.parse(p)}catch{return p.slice(1,-1)}}}),89511:((de,q,m)=>{m.d(q,{c:()=>R});var J=m(83020),T=m(71922),Z=m(38994);async function R(x){const{spec:A,purposes:K,override:z={},workspace:G}=x;await _(x);const P={},I=[];for(const O of K){const U=z[O],{patterns:W,path:ee}=C(A,O);if(!(U===void 0&&W===void 0))try{P[O]=U!==void 0?await(0,Z.GE)(U,G):await(0,Z.GE)(W,A.folder,A.at(ee))}catch(Q){if(!(Q instanceof T.yo))throw Q;I.push(Q)}}if(I.length>0)throw new T.yo(I.flatMap(O=>O.problems));return P}function C({value:x},A){switch(A){case"train":case"holdout":return{patterns:x.data[A],path:["data",A]};case"current":case"reference":return{patterns:x.drift?.[A],path:["drift",A]}}}async function _(x){const{spec:A,purposes:K,environment:z,logger:G,signal:P}=x,I=A.value.data.fetch;I!==void 0&&await G.group(`Fetch the data: ${I}`,async()=>{const O=await(0,J.d)(I,{cwd:A.folder,environment:{...z,MLOPS_MODEL:A.value.name,MLOPS_PURPOSE:K.join(",")},signal:P,onLine:U=>G.info(U)});if(O.endedBy==="cancellation"&&P.throwIfAborted(),O.code!==0)throw new T.yo({message:`data.fetch ended with exit code ${O.code??"of a signal"}: ${O.tail.split(`
`).at(-1)??""}`,where:A.at(["data","fetch"]),remedy:"run the command where model.yml is; its last lines are in the log"})})}})};export{jt as id,Dt as ids,Ft as modules};

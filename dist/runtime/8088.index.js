const Gt=8088,Ht=[8088],Yt={58088:((Se,Z,m)=>{m.r(Z),m.d(Z,{default:()=>Pt});var Q=m(97050),b=m(36982);const G=(0,Q.Q)({name:"validate-data",description:"Validates the training and hold-out data of a model: checks them against the data contract, for leakage and for outliers, reports the affected rows by file and line, and writes digests and a profile of the data.",icon:"check-square",color:"blue",permissions:{contents:"read"},inputs:{model:(0,b.Ae)({description:"Path of the model spec. It names the data contract and the data.",default:"model.yml"}),contract:(0,b.Ae)({description:"Data contract to use instead of the one in the model spec: an ODCS 3.0 or 3.1 file, relative to the workspace. `file.yaml#table` selects one table of a contract that describes several."}),train:(0,b.p_)({description:"Files of the training data to use instead of those in the model spec: globs relative to the workspace, separated by commas or newlines. CSV, TSV, JSONL (also .gz and .zst) and Parquet."}),holdout:(0,b.p_)({description:"Files of the hold-out data to use instead of those in the model spec, as for `train`."}),engine:(0,b.Yq)({description:"The engine that reads the data: `duckdb` (on the runner) or `spark` (on the cluster that `data.spark.submit` of the model spec connects to; paths are then resolved by Spark). Default: `data.engine` of the spec, otherwise `duckdb`.",choices:["duckdb","spark"]}),shard:(0,b.Qq)({description:"Validate only one shard of the training data: `3/8` is the third of eight. The files are assigned to shards by size. Each shard reads all of the hold-out data. A shard has no verdict of its own: merge-profiles merges all shards."}),"shard-by":(0,b.Yq)({description:"How the training data is split into shards: `files` (this action assigns the existing files) or `fetch` (`data.fetch` of the model spec reads `MLOPS_SHARD` and downloads only that part).",choices:["files","fetch"],default:"files"}),"fail-on":(0,b.Yq)({description:"What makes the step fail: `error` (a finding of severity error), `warning` (any finding) or `never`. The verdict is `fail` whenever there is an error.",choices:["error","warning","never"],default:"error"}),"max-findings":(0,b.nd)({description:"The maximum number of findings shown as annotations in the log. The report and the result contain all findings.",default:"10",min:0,max:50}),profile:(0,b.zM)({description:"Whether to write a profile of each data set. drift-check compares later data with this profile.",default:"true"}),leakage:(0,b.zM)({description:"Whether to check for leakage from the training data into the hold-out data, or from the label into the features. `data.leakage` in the model spec disables single checks, with a reason.",default:"true"}),outliers:(0,b.zM)({description:"Whether to check for outliers. `data.outliers` in the model spec sets how many are allowed.",default:"true"}),"sql-time-limit":(0,b.p0)({description:"The longest time that one SQL rule of the contract can take, such as 90s, 10m or 2h. The step then fails and names the rule.",default:"5m"}),identity:(0,b.zM)({description:"Whether to compute the logical digest and the DVC digest of each data set, and to describe both data sets as Croissant JSON-LD.",default:"true"})},outputs:{verdict:"`pass` or `fail`; for a shard, `inconclusive`.",rows:"Rows of the training data.","holdout-rows":"Rows of the hold-out data.",digest:"Digest of the training data, `sha256:\u2026`, over the names and contents of its files.","holdout-digest":"Digest of the hold-out data.","logical-digest":"Digest of the content of the training data, `logical1:\u2026`: the same whatever the order of the rows, the number of the files or their format.","holdout-logical-digest":"Logical digest of the hold-out data.",errors:"Number of findings of severity error.",warnings:"Number of findings of severity warning.",profile:"Path of the profile of the training data (JSON).","holdout-profile":"Path of the profile of the hold-out data (JSON).",croissant:"Path of the description of both data sets as Croissant JSON-LD.",result:"Path of the result as JSON.",report:"Path of the report as HTML."}});var R=m(76760),I=m(38994),X=m(93896),N=m(51455),k=m(62450),H=m(19509),W=m(50425),F=m(13822),C=m(66681),$=m(81803),A=m(74294),P=m(69041),Y=m(54804),K=m(20759);const z=3e5;async function ie(e){const{engine:t,contract:n,name:a,folder:s,environment:r="training",now:l=new Date}=e,o=e.profile??!0,c=V(n,r);await(0,Y.xP)({engine:t,checks:c});const d=[],i=[],h=[];for(const S of e.files){const v=(0,I.Gt)(S,s),[x,{table:O,defects:E}]=await Promise.all([se(S),(0,A.e)(t,S,n,{profile:o})]),M=O?.rows??0,B=O?.rejected??0;i.push({path:v,...x,rows:M,rejected:B});for(const{rule:we,message:U,remedy:ge,count:de,examples:Oe,harmless:jt,column:Re}of E)d.push({rule:we,severity:jt?"warning":"error",...Re!==void 0&&{column:Re},message:`${v}: ${U}`,remedy:ge,count:de,share:M+B===0?1:Math.min(1,de/(M+B)),examples:Oe.length===0?[{file:v}]:Oe.map(Dt=>({file:v,...Dt}))});O!==void 0&&(d.push(..._(O,v,n,r)),d.push(...await(0,C.D)(t,O,v)),h.push(O))}const p=i.reduce((S,v)=>S+v.rows,0),u=S=>(0,I.Gt)(S,s),{sqlLimitMs:w=z}=e,g={engine:t,contract:n,tables:h,rows:p,checks:c,profiled:o,now:l,pathOf:u,sqlLimitMs:w};d.push(...await(0,P.R)(g)),d.push(...await(0,$.A)(g)),d.push(...await(0,X.Cw)(g)),d.push(...await(0,K.KT)(g,a)),d.push(...await(0,Y.L$)(g));const y=(0,F.V)(i.map(({path:S,sha256:v})=>({name:S,sha256:v??""})));return{set:{name:a,files:i,rows:p,digest:y,findings:d.sort(j)},tables:h}}const j=(e,t)=>+(e.severity==="warning")-+(t.severity==="warning");async function se(e){const t=await(0,N.stat)(e).catch(()=>{});return t?.isFile()?{bytes:t.size,sha256:await(0,H.Vq)(e)}:{bytes:0}}function _(e,t,n,a){const s=new Set(e.columns.map(i=>i.name)),r=new Set(n.columns.map(i=>i.name)),o={count:1,share:1,examples:[{file:t,...e.unit==="line"&&{line:1}}]},c=[];for(const i of n.columns){const h=(0,W.IN)(i,a);if(h==="absent"&&s.has(i.name)){const u=i.environments.join(" and ");c.push({...o,rule:"unexpected-column",severity:"warning",column:i.name,message:`${t}: the column "${i.name}" is there, which the contract has for ${u} only, not for ${a}`,remedy:"leave it out of the file, or add the environment to the contract"})}if(h!=="present"||s.has(i.name)||n.missingColumns==="allowed")continue;const p=(0,k.pA)(i.name,[...s].filter(u=>!r.has(u)));c.push({...o,rule:"missing-column",severity:"error",column:i.name,message:`${t}: there is no column "${i.name}"`,remedy:p===void 0?`the file has: ${(0,k.Zv)([...s])}`:`did you mean "${p}", which the contract does not know?`})}n.missingColumns==="allowed"&&![...r].some(i=>s.has(i))&&c.push({...o,rule:"missing-column",severity:"error",message:`${t}: it has none of the columns of the contract`,remedy:`the file has: ${(0,k.Zv)([...s])}`});const d=n.unknownColumns==="allowed"?[]:e.columns.map(i=>i.name);for(const i of d.filter(h=>h!==""&&!r.has(h)))c.push({...o,rule:"unknown-column",severity:n.unknownColumns==="error"?"error":"warning",column:i,message:`${t}: the contract does not know the column "${i}"`,remedy:"describe it in the contract, or leave it out of the file"});for(const{name:i,type:h,fileType:p}of e.columns.filter(u=>u.mismatch))c.push({...o,rule:"type",severity:"error",column:i,message:`${t}: column "${i}" is ${p??"something else"} in the file, ${h} in the contract`,remedy:"write the column with that type, or change logicalType in the contract"});return c}function V(e,t){const n=e.columns.filter(s=>(0,W.IN)(s,t)!=="present"),a=new Set(n.map(({name:s})=>s));return e.checks.filter(({test:s,column:r})=>s.kind!=="missing"||!a.has(r??""))}var oe=m(71483),re=m(17004),le=m(89511),ae=m(55841),D=m(45617),T=m(71922);function ee(e){const t=/^(\d{1,4})\/(\d{1,4})$/.exec(e.trim());if(t===null)return;const[n,a]=[Number(t[1]),Number(t[2])];return n>=1&&n<=a?{index:n,count:a}:void 0}function te(e,{index:t,count:n}){if(n>e.length)throw new T.yo({message:`${(0,k.LS)(e.length,"file")} cannot be cut into ${n} shards`,remedy:`take at most ${(0,k.LS)(e.length,"shard")}, or write the data as more files`});const a=new Array(n).fill(0),s=new Set,r=[...e].sort((l,o)=>o.bytes-l.bytes||(l.name<o.name?-1:1));for(const l of r){const o=a.indexOf(Math.min(...a));a[o]+=Math.max(1,l.bytes),o===t-1&&s.add(l)}return e.filter(l=>s.has(l))}async function ne(e,t,n){const a=await Promise.all(e.map(async s=>({path:s,name:t(s),bytes:(await(0,N.stat)(s).catch(()=>{}))?.size??0})));return te(a,n).map(({path:s})=>s)}var Ie=m(36554),fe=m(60856),Me=m(75760),q=m(30196);function Ce(e){const t=ee(e);if(t!==void 0)return t;throw new T.yo({message:`input "shard": "${e}" names no shard`,remedy:"write 3/8 for the third of eight, as ${{ matrix.shard }}/${{ strategy.job-total }} does"})}function Pe(e,t,n){return ne(e,a=>(0,I.Gt)(a,n),t)}async function je(e,t){const{spec:n,contract:a,unlisted:s,part:r,engine:l,inputs:o,files:c}=e,{run:d,outputFolder:i}=t,h=t.clock.now(),p=async(U,ge,de)=>(t.signal.throwIfAborted(),ie({engine:l,contract:de,name:U,files:ge,folder:d.workspace,now:h,sqlLimitMs:o["sql-time-limit"]})),u=await p("train",c[0],(0,fe.Zp)(a)),w=await p("holdout",c[1],a),g=[u,w],{profiles:y,leakage:S}=await(0,q.$8)({wanted:o,spec:n,contract:a,unlisted:s,engine:l,checked:g,files:c},t),{path:v,digest:x,version:O}=a,E={kind:"shard",schemaVersion:1,model:n.value.name,contract:{path:(0,I.Gt)(v,d.workspace),digest:x,...O!==void 0&&{version:O}},engine:l.version,shard:{index:r.index,count:r.count},sets:[{...ke(u,o.profile),whole:!1,newest:await De(a,u,l)},{...ke(w,o.profile),whole:!0,newest:[]}],...S&&{leakage:S},keys:await(0,Ie.mk)(l,a,u.tables,(0,R.resolve)(i))};await(0,N.writeFile)((0,R.join)(i,"shard.json"),`${JSON.stringify(E)}
`);const M=E.sets.map(({name:U})=>(0,Me.bX)((0,fe.MX)(a),U,[E],new Map,h)),B={kind:"validation",schemaVersion:1,model:E.model,verdict:"inconclusive",reasons:[`shard ${r.index} of ${r.count}: merge-profiles judges all of them together`,...M.map(U=>`${U.name}: ${(0,k.LS)(U.rows,"row")} in ${(0,k.LS)(U.files.length,"file")}`)],contract:E.contract,datasets:M,...S&&{leakage:S},lineage:(0,q.bQ)(d,h),engine:E.engine},we={"fail-on":"never","max-findings":o["max-findings"]};return(0,D.sG)(B,y,we,t)}function ke({set:e},t){const{name:n,files:a,rows:s,digest:r,identity:l}=e,{tallies:o,others:c}=(0,fe.mG)(e.findings);return{name:n,files:a,rows:s,digest:r,tallies:o,...l&&{identity:l},findings:c,...t&&{profile:`profile-${n}.json`}}}async function De(e,{tables:t},n){const a=[];for(const[s,r]of e.checks.entries()){const l=r.test.kind==="age"?await(0,K.BP)({engine:n,tables:t},r):void 0;l!==void 0&&a.push({check:(0,fe.yR)(s),at:l})}return a}var f=m(77934),ye=m(53517),Fe=m(32654);const Ft=null,L=f.FsL(f.aig(),f.ndf(),f.Wwf(0)),Ue=f.Ikc({file:L,row:f.lqM(L),value:f.mee(f.YjP())}),ve=f.Ikc({count:L,examples:f.YOg(Ue)}),Ee=f.YOg(f.PVZ([f.aig(),L])),We=f.Ikc({count:L,nonFinite:L,min:f.mee(f.aig()),max:f.mee(f.aig()),mean:f.mee(f.aig()),variance:f.mee(f.aig()),how:f.cl6(f.KCZ([f.Ikc({bits:f.aig()}),f.Ikc({step:f.aig()})])),values:f.lqM(f.YOg(f.PVZ([f.KCZ([f.aig(),f.YjP()]),L]))),top:f.lqM(f.zMY()),drawn:f.cl6(f.Ikc({times:L,texts:f.YOg(f.PVZ([f.YjP(),L]))})),lengths:f.lqM(Ee),registers:f.lqM(Ee)}),Be=f.Ikc({path:f.YjP(),bytes:L,sha256:f.YjP(),rows:f.lqM(L,0),rejected:f.lqM(L,0),defect:f.lqM(f.KIO(["empty-file","unreadable","truncated","encoding"])),columns:f.lqM(f.YOg(f.YjP())),types:f.lqM((0,Fe.g)(f.YjP(),f.YjP()))}),Ge=f.Ikc({spark:f.YjP(),overlap:f.lqM(L),sets:f.YOg(f.Ikc({name:f.YjP(),missing:f.YOg(f.YjP()),rows:L,files:f.YOg(Be),checks:f.lqM(f.YOg(ve),[]),keys:f.lqM(f.YOg(ve),[]),columns:f.lqM(f.YOg(We),[])}))}),He={csv:"csv",tsv:"csv",jsonl:"jsonl",ndjson:"jsonl",parquet:"parquet"};function Ye(e){const t=/\.([a-z]+)(\.(gz|zst|bz2|snappy|lz4))?$/i.exec(e);return(0,ye.e)(He,t?.[1]?.toLowerCase()??"")}var Ke=m(82723),ze=m(64254),be=m(1091),ue=m(11520),Ve=m(44083),qe=m(10273),me=m(37635);function J(e){return`'${e.replace(/[\\']/g,n=>`\\${n}`).replaceAll("\0","\\u0000")}'`}const ce=e=>Number.isFinite(e)?`(${e}D)`:`double('${String(e)}')`,Ne={integer:"BIGINT",number:"DOUBLE",string:"STRING",boolean:"BOOLEAN",date:"DATE",timestamp:"TIMESTAMP"},Je={integer:"^\\s*[+-]?[0-9]+\\s*$",number:"^(?i)\\s*[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|inf|infinity|nan)\\s*$",date:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",timestamp:"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?$"};function Ze(e,t){switch(t){case"string":return e;case"boolean":return`CASE lower(${e}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`;default:return`CASE WHEN ${e} RLIKE ${J(Je[t])} THEN try_cast(trim(${e}) AS ${Ne[t]}) END`}}function Qe(e){const t={[e]:`try_cast({c} AS ${Ne[e]})`};switch(e){case"number":return{...t,integer:"CAST({c} AS DOUBLE)"};case"integer":return{...t,number:"CASE WHEN {c} = try_cast({c} AS BIGINT) THEN try_cast({c} AS BIGINT) END"};case"timestamp":return{...t,date:"CAST({c} AS TIMESTAMP)"};case"date":return{...t,timestamp:"CASE WHEN {c} = date_trunc('DAY', {c}) THEN CAST({c} AS DATE) END"};default:return t}}const Wt=e=>e==="date"||e==="timestamp",Te=e=>e==="string"||e==="boolean";function Xe(e,t){return Te(t)?`CAST(${e} AS STRING)`:t==="date"?`CAST(unix_date(${e}) AS DOUBLE) * 86400`:t==="timestamp"?`unix_micros(${e}) / 1e6D`:`CAST(${e} AS DOUBLE)`}const _e=4096,xe=e=>`spark ${e}`;function et({rows:e,columns:t,files:n},a,s){const r=n.filter(({defect:o})=>o===void 0),l=a.flatMap(({name:o,type:c},d)=>{const i=t[d],h=r.every(p=>p.columns?.includes(o));return i===void 0||!h?[]:[tt(o,c,i,e)]});return{kind:"profile",schemaVersion:1,engine:s,rows:e,columns:l}}function tt(e,t,n,a){const{count:s,values:r=[],how:l}=n,o=(0,Ve.$A)(n.registers??[]),c=g=>{const y=(0,ze.C)({count:s,registers:o,values:g.values});return{name:e,type:t,count:s,nulls:a-s,distinct:y,registers:o,...g}};if(Te(t)){const g=[...r].sort(qe.Fd),y=ot(n),S=n.top?st(g,s):{kind:"exact",counts:g},v=nt(S,n);return c({...y&&{lengths:y},...v&&{words:v},values:S})}const d=[...r].sort(([g],[y])=>g-y);if(l==null){const g={values:Float64Array.from(d,([S])=>S),counts:Float64Array.from(d,([,S])=>S)},y=(0,be.Zn)(g,n.nonFinite);return c({...y&&{moments:y},values:{kind:"exact",counts:d}})}const{mean:i,variance:h,min:p,max:u,nonFinite:w}=n;return c({moments:{mean:i??0,m2:(0,be.Es)((h??0)*(s-w)),min:p??0,max:u??0,nonFinite:w},values:"step"in l?{kind:"grid",...l,counts:d}:{kind:"rounded",...l,counts:d}})}function nt(e,{drawn:t}){if(t==null)return;const n=new Set(e.counts.map(([s])=>String(s).slice(0,me.O1))),a=t.texts.filter(([s])=>!n.has(s));return(0,me.vP)(e.counts,a,t.times)}function st(e,t){const n=e.slice(0,ue.FP),a=n.reduce((s,[,r])=>s+r,0);return{kind:"top",counts:n,others:t-a,error:e[ue.FP]?.[1]??1}}function ot({lengths:e=[]}){if(e.length===0)return;const t=new Map;let[n,a]=[0,0];for(const[o,c]of e){const d=o>_e?(0,Ke.NP)(o,12):o;t.set(d,(t.get(d)??0)+c),n+=c,a+=c*o}const s=e.map(([o])=>o),[r,l]=[s.reduce((o,c)=>Math.min(o,c)),s.reduce((o,c)=>Math.max(o,c))];return{min:r,max:l,mean:a/n,counts:[...t].sort(([o],[c])=>o-c)}}var at=m(73024),it=m(83020),rt=m(29927);const lt=String.raw`
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
`,ft=`${String.raw`
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
${lt}`;async function ct(e,t){const{submit:n,where:a,cwd:s,environment:r,signal:l,onLine:o}=t;await(0,N.mkdir)(t.temp,{recursive:!0});const c=await(0,N.mkdtemp)((0,R.join)(t.temp,"spark-")),[d,i,h]=["validate.py","job.json","answer.json"].map(p=>(0,R.join)(c,p));try{await(0,N.writeFile)(d,ft),await(0,N.writeFile)(i,JSON.stringify(e));const p=[],{code:u,endedBy:w,tail:g}=await(0,it.d)(`${n} "$MLOPS_SPARK_SCRIPT" "$MLOPS_SPARK_JOB" "$MLOPS_SPARK_ANSWER"`,{cwd:s,environment:{...r,MLOPS_SPARK_SCRIPT:d,MLOPS_SPARK_JOB:i,MLOPS_SPARK_ANSWER:h},signal:l,onLine:y=>{dt.test(y)&&p.push(y),o?.(y)}});if(w==="cancellation"&&l.throwIfAborted(),u!==0)throw new T.yo({message:ut(u,p,g),where:a,remedy:mt(u)});if(!(0,at.existsSync)(h))throw new T.yo({message:"Spark ended well, but its answer is not on this machine",where:a,remedy:"run the driver here: leave --deploy-mode out, or set it to client"});return await(0,rt.JE)(h,Ge)}finally{await(0,N.rm)(c,{recursive:!0,force:!0})}}const dt=/^(Caused by: |: )?(?!py4j)[\w.$]*(Error|Exception|Failure)\b/;function ut(e,t,n){const a=n.split(`
`).findLast(r=>r.trim()!==""),s=t.find(r=>r.startsWith("Caused by: "))??t.at(-1)??a??"";return`Spark ended with exit code ${e??"of a signal"}: ${s.replace(/^(Caused by: |: )/,"").slice(0,500)}`}function mt(e){return e===127?"install Spark on the runner, or name its command in data.spark.submit":"the whole message is in the log; Spark 3.5 or newer is needed"}var ht=m(28188),pt=m(9315),wt=m(71788),he=m(17267);function gt(e){const t=/^\(\?([imsU]+)\)/.exec(e),n=e.slice(t?.[0].length??0),a=(t?.[1]??"").replace("U","");let s="",r=!1;for(let l=0;l<n.length;l++){const[o,c]=[n[l],n[l+1]];if(o==="\\"){if(c===void 0||/[pPbBQCsS]/.test(c)){const d=c==="s"?"[\\t\\n\\f\\r ]":c==="S"?"[^\\t\\n\\f\\r ]":void 0;if(d===void 0||r)return;s+=d}else s+=o+c;l++}else if(r){if(o==="["||o==="&"&&c==="&")return;o==="]"&&(r=!1),s+=o}else if(o==="[")r=!0,s+=o;else if(o==="$"&&!a.includes("m"))s+="\\z";else{if(/[*+?}]/.test(o)&&c==="+")return;s+=o}}return`(?d${a.includes("i")?"u":""}${a})${s}`}function St(e,t,n,a){switch(e.kind){case"type":return{sql:`${n} IS NOT NULL AND ${a} IS NULL`};case"missing":{const s=e.values.map(l=>J(String(l))),r=s.length===0?"":` OR CAST(${n} AS STRING) IN (${s.join(", ")})`;return{sql:`(${n} IS NULL${r})`}}case"values":{const s=e.values.map(r=>$e(r,t)).filter(r=>r!==void 0);return{sql:s.length===0?`${a} IS NOT NULL`:`${a} NOT IN (${s.join(", ")})`}}case"pattern":{const s=gt(e.pattern);return s===void 0?{cannot:`the pattern ${e.pattern} means something else to Spark`}:{sql:`NOT (${a} RLIKE ${J(s)})`}}case"length":return Ae(e.min===void 0?void 0:`length(${a}) < ${ce(e.min)}`,e.max===void 0?void 0:`length(${a}) > ${ce(e.max)}`);case"range":{const s=r=>$e(r,t)??"NULL";return Ae(e.min===void 0?void 0:`${a} ${e.above?"<=":"<"} ${s(e.min)}`,e.max===void 0?void 0:`${a} ${e.below?">=":">"} ${s(e.max)}`)}case"width":return{sql:e.signed?"false":`${a} < 0`};case"multiple":{const s=`(${a} / ${ce(e.of)})`;return{sql:`abs(${s} - round(${s})) > greatest(1e-9D, 1e-15D * abs(${s}))`}}case"expression":return{cannot:"it is SQL for DuckDB"}}}function Ae(...e){return{sql:`(${e.filter(t=>t!==void 0).join(" OR ")})`}}function $e(e,t){switch(t){case"string":return J(String(e));case"boolean":return/^(true|false)$/i.test(String(e))?String(e).toLowerCase():void 0;case"date":case"timestamp":return!(typeof e=="string"&&/^\d{4}-\d{2}-\d{2}/.test(e))||Number.isNaN(Date.parse(e))?void 0:`CAST(${J(e)} AS ${t==="date"?"DATE":"TIMESTAMP"})`;case"integer":case"number":{const n=typeof e=="string"&&e.trim()===""?Number.NaN:Number(e);if(typeof e=="boolean"||Number.isNaN(n))return;const a=typeof e=="string"?/^\+?(-?\d{1,38})$/.exec(e)?.[1]:void 0;return t==="integer"&&a!==void 0?`(${a})`:t==="integer"&&Number.isSafeInteger(n)?`(${n})`:ce(n)}}}function kt(e,t,n){const a=new Map(e.columns.map(({name:i},h)=>[i,h])),s=e.columns.map((i,h)=>yt(i,h,n)),r=[],l=[],o=[],c=[],d=({rule:i,where:h},p)=>{n.push({message:`${i} cannot be checked with engine: spark: ${p}`,where:h,remedy:"leave it out of this contract, or check the data without `engine: spark`"})};for(const i of t){const{test:h,column:p}=i;switch(h.kind){case"rows":break;case"duplicates":{const u=h.columns.length===0?[...a.keys()]:h.columns;c.push({columns:u.map(w=>a.get(w))}),l.push(i);break}case"reference":case"age":case"shares":case"sql":d(i,"Spark is asked about rows and keys only");break;default:{const u=a.get(p??"");if(u===void 0){d(i,"it looks at no one column");break}const w=St(h,e.columns[u].type,`r${u}`,`v${u}`);if("cannot"in w){d(i,w.cannot);break}const g=h.kind==="type"?`h${u} AND NOT m${u}`:`h${u}`;o.push({sql:`${g} AND (${w.sql})`,shown:`r${u}`}),r.push(i)}}}return{columns:s,checks:o,keys:c,rowChecks:r,keyChecks:l}}function yt({name:e,type:t,reading:n={},where:a},s,r){const{missing:l=[],...o}=n;return Object.keys(o).length>0&&r.push({message:`how column "${e}" is written (${Object.keys(o).join(", ")}) cannot be read with engine: spark`,where:a,remedy:"write it as ISO 8601 dates, numbers with a point, true and false; or leave `engine: spark` out"}),{name:e,type:t,rawText:Le("{c}",t==="string"?l:[...l,""],t==="number"),rawTyped:Le("CAST({c} AS STRING)",t==="number"||t==="integer"?[...l,"NaN"]:l),parsed:Ze("{c}",t),converted:Qe(t),profiled:Xe(`v${s}`,t)}}function Le(e,t,n=!1){if(t.length===0)return"{c}";const a=n?` OR ${e} RLIKE ${J("^(?i)\\s*[+-]?nan\\s*$")}`:"";return`CASE WHEN ${e} IN (${t.map(J).join(", ")})${a} THEN NULL ELSE {c} END`}function vt(e,t,n){const a=[],s=e.columns.filter(({untyped:i})=>i!==!0).map(P.r),r=kt(e,[...s,...V(e,"training")],a);(0,T.Ko)(a);const{columns:l,checks:o,keys:c}=r;return{job:{sets:t.map(i=>({...i,columns:l,checks:o,keys:c})),profile:n,...t.length===2&&{overlap:[0,1]},exactLimit:ue.FP,keptRows:pt.Ww,wordRows:2**15,wordCharacters:me.O1},compiled:r}}function Et({job:e,compiled:t},n,a,{folder:s,now:r}){(0,T.Ko)(n.sets.flatMap(({missing:o})=>o.map(c=>({message:`no file matches "${c}", as Spark sees it`,remedy:"check the pattern, and that the cluster may read there"}))));const l=xe(n.spark);return n.sets.map((o,c)=>{const d=u=>(0,I.Gt)(u.replace(/^file:(\/\/)?/,""),s),i=[...o.files.flatMap(u=>Nt(u,d(u.path),e.sets[c].format,a,t)),...At(o,t,d),...(0,K.Mw)({checks:a.checks,rows:o.rows,now:r},o.name,()=>{}),...c===1?$t(n.overlap??0,o.rows):[]],h=o.files.map(({path:u,bytes:w,sha256:g,rows:y,rejected:S})=>({path:d(u),bytes:w,sha256:g,rows:y,rejected:S})),p=(0,F.V)(h.map(({path:u,sha256:w})=>({name:u,sha256:w})));return i.sort((u,w)=>+(u.severity==="warning")-+(w.severity==="warning")),{set:{name:o.name,files:h,rows:o.rows,digest:p,findings:i},...e.profile&&{profile:et(o,a.columns,l)}}})}const bt={"empty-file":["the file is empty (0 bytes)","write it again"],unreadable:["the file is not Parquet","name it after what is in it, or write it again"],truncated:["the file ends before its end: it is not whole","copy or write it again"],encoding:["the file is UTF-16","write it as UTF-8"]};function Nt(e,t,n,a,s){const{defect:r,rows:l,rejected:o,columns:c=[],types:d={}}=e,i={severity:"error",count:1,share:1,examples:[{file:t}]};if(r!==void 0){const[u,w]=bt[r];return[{...i,rule:r,message:`${t}: ${u}`,remedy:w}]}const h=[];if(o>0){const u=o/(l+o);h.push({...i,...Tt(n,t,o),count:o,share:u})}if(l+o===0){const u=`${t}: the file has no rows`;h.push({...i,rule:"no-rows",message:u,remedy:"check the program that writes it"})}const p=c.map(u=>{const w=s.columns.find(v=>v.name===u),g=(0,ye.e)(d,u),y=w!==void 0&&g!==void 0&&!xt(g,w.converted),S=w?.type??"string";return{name:u,type:S,raw:"",value:"",mismatch:y,...g!==void 0&&{fileType:g}}});return h.push(..._({columns:p,unit:"row"},t,a,"training")),h}function Tt(e,t,n){return e==="jsonl"?{rule:"malformed-json",message:`${t}: ${(0,k.LS)(n,"line")} that are not a JSON object`,remedy:"write one object on each line, and nothing else"}:{rule:"ragged-row",message:`${t}: ${(0,k.LS)(n,"row")} with more or fewer fields than the header`,remedy:"correct or remove them; without `engine: spark` their lines are named"}}function xt(e,t){const a=[[/^(tinyint|smallint|int|bigint)$/,"integer"],[/^(float|double|decimal.*)$/,"number"],[/^string$/,"string"],[/^boolean$/,"boolean"],[/^date$/,"date"],[/^timestamp/,"timestamp"]].find(([s])=>s.test(e))?.[1];return a!==void 0&&t[a]!==void 0}function At(e,{rowChecks:t,keyChecks:n},a){const{rows:s,files:r}=e,l=d=>d.map(({file:i,row:h,value:p})=>({file:a(r[i].path),...h!==void 0&&{row:h},...p!==null&&{value:p}})),o=e.checks.flatMap(({count:d,examples:i},h)=>{const p=t[h];if((0,he.Nx)(p.tolerance,d,s))return[];const u=s===0?0:d/s;return[{...(0,wt.j)(p,d,s),count:d,share:u,examples:l(i)}]}),c=e.keys.flatMap(({count:d,examples:i},h)=>{const p=n[h];return(0,he.Nx)(p.tolerance,d,s)?[]:[(0,$.q)(p,{count:d,examples:l(i)},s)]});return[...o,...c]}function $t(e,t){if((0,he.Nx)(ht.d,e,t))return[];const n=e/t;return[{rule:"overlap",severity:"warning",message:`${(0,k.LS)(e,"row")} of holdout (${(0,k.ZV)(n*100,3)} %) ${e===1?"is":"are"} also in train, equal in every column`,remedy:"remove them from one of the two, unless equal rows are natural in this data",count:e,share:n,examples:[]}]}const Lt=["train","holdout"];async function Ot({inputs:e,spec:t,contract:n},a){const{run:s,logger:r,clock:l,outputFolder:o}=a;if(e.shard!==void 0)throw new T.yo({message:'the input "shard" and engine: spark do not go together',remedy:"leave one of them out: a cluster cuts the data up by itself"});t.value.data.fetch!==void 0&&r.info("data.fetch is not run: Spark reads the data where it is");const{submit:c}=t.value.data.spark,d=Lt.map(E=>It(E,e[E],t,s.workspace)),i=vt(n,d,e.profile),h=await r.group(`Spark: ${c}`,()=>ct(i.job,{submit:c,where:t.at(["data","spark","submit"]),temp:s.temp,cwd:t.folder,environment:a.environment,signal:a.signal,onLine:E=>r.debug(E)})),p=l.now(),u=Et(i,h,n,{folder:s.workspace,now:p}),w=[];for(const{set:E,profile:M}of u){if(M===void 0)continue;const B=(0,R.join)(o,`profile-${E.name}.json`);await(0,N.writeFile)(B,`${JSON.stringify(M)}
`),w.push({name:E.name,path:B,profile:M})}const g=u.map(({set:E})=>E),y=g.some(({findings:E})=>E.some(({severity:M})=>M==="error")),{path:S,digest:v,version:x}=n,O={kind:"validation",schemaVersion:1,model:t.value.name,verdict:y?"fail":"pass",reasons:[...(0,D.zM)(g),...Rt(e)],contract:{path:(0,I.Gt)(S,s.workspace),digest:v,...x!==void 0&&{version:x}},datasets:g,lineage:(0,q.bQ)(s,p),engine:xe(h.spark)};return(0,D.sG)(O,w,e,a)}function Rt(e){const t=[...e.leakage?["leakage but for equal rows"]:[],...e.outliers?["outliers"]:[],...e.identity?["the logical digest"]:[]];return t.length===0?[]:[`with engine: spark nobody looked at ${t.join(", ")}`]}function It(e,t,n,a){const s=t.length>0,r=s?t:n.value.data[e],l=s?a:n.folder,o=new Set(r.map(i=>n.value.data.spark.format??Ye(i))),[c,...d]=o;if(c===void 0||d.length>0)throw new T.yo({message:d.length>0&&!o.has(void 0)?`the files of ${e} are not of one format: ${[...o].join(", ")}`:`the names of ${e} do not tell what the files are`,where:n.at(["data",e]),remedy:"say it in model.yml: data: { spark: { format: parquet } }"});return{name:e,format:c,patterns:r.map(i=>Mt(i,l))}}function Mt(e,t){return/^([a-z][a-z0-9+.-]*:|\/)/i.test(e)?e:`file:${(0,R.resolve)(t,e)}`}const pe=["train","holdout"];async function Ct(e,t){const{run:n,logger:a}=t,s=await(0,ae.Y)({file:(0,R.resolve)(n.workspace,e.model),workspace:n.workspace,...e.contract!==void 0&&{contract:(0,R.resolve)(n.workspace,e.contract)},logger:a}),{spec:r}=s,l=s.contract??await(0,oe.l)(s.contractPath);if((0,q.EW)({spec:r,contract:l}),(e.engine??r.value.data.engine)==="spark")return Ot({inputs:e,spec:r,contract:l},t);const o=e.shard===void 0?void 0:Ce(e.shard),c=await(0,le.c)({spec:r,purposes:pe,override:{...e.train.length>0&&{train:e.train},...e.holdout.length>0&&{holdout:e.holdout}},workspace:n.workspace,environment:{...t.environment,...o&&{MLOPS_SHARD:`${o.index}/${o.count}`}},logger:a,signal:t.signal}),d=await(0,re.F)({library:await t.duckdb(),temp:n.temp,signal:t.signal,allowedFolders:[...new Set([...pe.flatMap(i=>c[i]??[]),...Object.values(await(0,X.Rc)(l)).flat()].map(i=>(0,R.dirname)(i))),...o===void 0?[]:[t.outputFolder]]});try{if(o!==void 0){const x=c.train??[],O=e["shard-by"]==="fetch"?x:await Pe(x,o,n.workspace);return await je({spec:r,contract:l,unlisted:s.unlisted,part:o,engine:d,inputs:e,files:[O,c.holdout??[]]},t)}const i=[];for(const x of pe)t.signal.throwIfAborted(),i.push(await ie({engine:d,contract:l,name:x,files:c[x]??[],folder:n.workspace,now:t.clock.now(),sqlLimitMs:e["sql-time-limit"],profile:e.profile||e.outliers}));const h=i,{profiles:p,leakage:u}=await(0,q.$8)({wanted:e,spec:r,contract:l,unlisted:s.unlisted,engine:d,checked:h,files:[c.train??[],c.holdout??[]]},t),w=h.map(({set:x})=>x),g=[...w.flatMap(x=>x.findings),...u?.findings??[]].some(({severity:x})=>x==="error"),y={kind:"validation",schemaVersion:1,model:r.value.name,verdict:g?"fail":"pass",reasons:[...(0,D.zM)(w),...u===void 0?[]:[(0,D.dE)(u)]],contract:{path:(0,I.Gt)(l.path,n.workspace),digest:l.digest,...l.version!==void 0&&{version:l.version}},datasets:w,...u&&{leakage:u},lineage:(0,q.bQ)(n,t.clock.now()),engine:d.version},S=(0,D.sG)(y,p,e,t);if(!e.identity)return S;const v=await(0,q.wL)(y,{spec:r,contract:l},t);return{...S,outputs:{...S.outputs,...(0,D.UI)(w),croissant:v}}}finally{await d.close()}}const Pt={definition:G,main:Ct}}),83020:((Se,Z,m)=>{m.d(Z,{d:()=>k});var Q=m(31421),b=m.n(Q),G=m(80481),R=m.n(G),I=m(26722);const X=1<<20,N=30;async function k(H,W){const{cwd:F,environment:C,signal:$,timeLimit:A,grace:P=5e3,onLine:Y,onStart:K}=W,z=(0,I.findSecrets)(C),ie=Date.now(),j=(0,Q.spawn)("bash",["--noprofile","--norc","-eo","pipefail","-c",H],{cwd:F,env:C,detached:!0,stdio:["ignore","pipe","pipe"]});let se="itself",_="";const V=[],oe=[],re=T=>{try{j.pid!==void 0&&process.kill(-j.pid,T)}catch{}},le=T=>()=>{se==="itself"&&(se=T,re("SIGTERM"),oe.push(setTimeout(()=>re("SIGKILL"),P)))},ae=le("cancellation"),D=async(T,ee)=>{for await(const te of(0,G.createInterface)({input:T,crlfDelay:1/0})){ee==="stdout"&&_.length<X&&(_+=`${te}
`);const ne=(0,I.sanitizeLogLine)(te,z);V.push(ne),V.length>N&&V.shift(),Y?.(ne,ee)}};try{const T=new Promise((te,ne)=>{j.once("error",ne),j.once("close",te)});j.pid!==void 0&&K?.(j.pid),$?.addEventListener("abort",ae,{once:!0}),$?.aborted&&ae(),A!==void 0&&oe.push(setTimeout(le("time-limit"),A));const[ee]=await Promise.all([T,D(j.stdout,"stdout"),D(j.stderr,"stderr")]);return{code:ee,endedBy:se,stdout:_,tail:V.join(`
`),durationMs:Date.now()-ie}}finally{for(const T of oe)clearTimeout(T);$?.removeEventListener("abort",ae)}}}),89511:((Se,Z,m)=>{m.d(Z,{c:()=>R});var Q=m(83020),b=m(71922),G=m(38994);async function R(N){const{spec:k,purposes:H,override:W={},workspace:F}=N;await X(N);const C={},$=[];for(const A of H){const P=W[A],{patterns:Y,path:K}=I(k,A);if(!(P===void 0&&Y===void 0))try{C[A]=P!==void 0?await(0,G.GE)(P,F):await(0,G.GE)(Y,k.folder,k.at(K))}catch(z){if(!(z instanceof b.yo))throw z;$.push(z)}}if($.length>0)throw new b.yo($.flatMap(A=>A.problems));return C}function I({value:N},k){switch(k){case"train":case"holdout":return{patterns:N.data[k],path:["data",k]};case"current":case"reference":return{patterns:N.drift?.[k],path:["drift",k]}}}async function X(N){const{spec:k,purposes:H,environment:W,logger:F,signal:C}=N,$=k.value.data.fetch;$!==void 0&&await F.group(`Fetch the data: ${$}`,async()=>{const A=await(0,Q.d)($,{cwd:k.folder,environment:{...W,MLOPS_MODEL:k.value.name,MLOPS_PURPOSE:H.join(",")},signal:C,onLine:P=>F.info(P)});if(A.endedBy==="cancellation"&&C.throwIfAborted(),A.code!==0)throw new b.yo({message:`data.fetch ended with exit code ${A.code??"of a signal"}: ${A.tail.split(`
`).at(-1)??""}`,where:k.at(["data","fetch"]),remedy:"run the command where model.yml is; its last lines are in the log"})})}})};export{Gt as id,Ht as ids,Yt as modules};

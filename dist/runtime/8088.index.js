const Gt=8088,Yt=[8088],Kt={58088:((ge,Z,m)=>{m.r(Z),m.d(Z,{default:()=>jt});var Q=m(97050),N=m(36982);const Y=(0,Q.Q)({name:"validate-data",description:"Checks the training and hold-out data of a model against its data contract, against each other and for outliers, names the offending rows by file and line, and writes digests and a profile of the data.",icon:"check-square",color:"blue",permissions:{contents:"read"},inputs:{model:(0,N.Ae)({description:"The model spec. It names the data contract and the data.",default:"model.yml"}),contract:(0,N.Ae)({description:"Data contract to use instead of the one in the model spec: an ODCS 3.0 or 3.1 file, relative to the workspace. `file.yaml#table` picks a table where it describes several."}),train:(0,N.p_)({description:"Files of the training data to use instead of those in the model spec: globs relative to the workspace, separated by commas or lines. CSV, TSV, JSONL (also .gz and .zst) and Parquet."}),holdout:(0,N.p_)({description:"Files of the hold-out data to use instead of those in the model spec, as for `train`."}),engine:(0,N.Yq)({description:"Who reads the data: `duckdb` (on this machine) or `spark` (the cluster that `data.spark.submit` of the model spec reaches; paths are then Spark\u2019s). Default: `data.engine` of the spec, else `duckdb`.",choices:["duckdb","spark"]}),shard:(0,N.Qq)({description:"Look at one part of the training data, as `3/8`: the third of eight. Its files are dealt out by size; the hold-out data is read whole. A shard passes no verdict: merge-profiles joins all of them."}),"shard-by":(0,N.Yq)({description:"Who cuts the training data into shards: `files` (this action, from the files that are there) or `fetch` (`data.fetch` of the model spec, which is told the shard in `MLOPS_SHARD` and brings that part alone).",choices:["files","fetch"],default:"files"}),"fail-on":(0,N.Yq)({description:"What makes the step fail: `error` (a finding of severity error), `warning` (any finding) or `never`. The verdict is `fail` whenever there is an error.",choices:["error","warning","never"],default:"error"}),"max-findings":(0,N.nd)({description:"How many findings are shown as annotations in the log. The report and the result hold all of them.",default:"10",min:0,max:50}),profile:(0,N.zM)({description:"Whether to write a profile of each data set: the reference that drift-check compares later data with.",default:"true"}),leakage:(0,N.zM)({description:"Whether to look for what leaks from train into holdout, or out of the label into the features. `data.leakage` in the model spec switches single checks off, with a reason.",default:"true"}),outliers:(0,N.zM)({description:"Whether to look for outliers; `data.outliers` in the model spec says how many there may be.",default:"true"}),"sql-time-limit":(0,N.p0)({description:"How long one rule of the contract with SQL of its own may take, as 90s, 10m or 2h: then the step fails and names the rule.",default:"5m"}),identity:(0,N.zM)({description:"Whether to name each data set by its content (logical digest) and as DVC does, and to describe both as Croissant JSON-LD.",default:"true"})},outputs:{verdict:"`pass` or `fail`; of a shard `inconclusive`.",rows:"Rows of the training data.","holdout-rows":"Rows of the hold-out data.",digest:"Digest of the training data, `sha256:\u2026`, over the names and contents of its files.","holdout-digest":"Digest of the hold-out data.","logical-digest":"Digest of the content of the training data, `logical1:\u2026`: the same whatever the order of the rows, the number of the files or their format.","holdout-logical-digest":"Logical digest of the hold-out data.",errors:"How many findings of severity error there are.",warnings:"How many findings of severity warning there are.",profile:"Path of the profile of the training data (JSON).","holdout-profile":"Path of the profile of the hold-out data (JSON).",croissant:"Path of the description of both data sets as Croissant JSON-LD.",result:"Path of the result as JSON.",report:"Path of the report as HTML."}});var O=m(76760),A=m(71922),C=m(38994),R=m(93896),v=m(51455),T=m(62450),K=m(19509),F=m(50425),M=m(13822),L=m(66681),x=m(81803),U=m(74294),z=m(69041),X=m(54804),W=m(20759);const ce=3e5;async function P(e){const{engine:t,contract:n,name:a,folder:s,environment:i="training",now:l=new Date}=e,o=e.profile??!0,c=_(n,i);await(0,X.xP)({engine:t,checks:c});const d=[],r=[],u=[];for(const y of e.files){const E=(0,C.Gt)(y,s),[H,{table:S,defects:b}]=await Promise.all([se(y),(0,U.e)(t,y,n,{profile:o})]),D=S?.rows??0,G=S?.rejected??0;r.push({path:E,...H,rows:D,rejected:G});for(const{rule:B,message:pe,remedy:we,count:Le,examples:Oe,harmless:Dt,column:Re}of b)d.push({rule:B,severity:Dt?"warning":"error",...Re!==void 0&&{column:Re},message:`${E}: ${pe}`,remedy:we,count:Le,share:D+G===0?1:Math.min(1,Le/(D+G)),examples:Oe.length===0?[{file:E}]:Oe.map(Ft=>({file:E,...Ft}))});S!==void 0&&(d.push(...V(S,E,n,i)),d.push(...await(0,L.D)(t,S,E)),u.push(S))}const p=r.reduce((y,E)=>y+E.rows,0),h=y=>(0,C.Gt)(y,s),{sqlLimitMs:g=ce}=e,w={engine:t,contract:n,tables:u,rows:p,checks:c,profiled:o,now:l,pathOf:h,sqlLimitMs:g};d.push(...await(0,z.R)(w)),d.push(...await(0,x.A)(w)),d.push(...await(0,R.Cw)(w)),d.push(...await(0,W.KT)(w,a)),d.push(...await(0,X.L$)(w));const k=(0,M.V)(r.map(({path:y,sha256:E})=>({name:y,sha256:E??""})));return{set:{name:a,files:r,rows:p,digest:k,findings:d.sort(ne)},tables:u}}const ne=(e,t)=>+(e.severity==="warning")-+(t.severity==="warning");async function se(e){const t=await(0,v.stat)(e).catch(()=>{});return t?.isFile()?{bytes:t.size,sha256:await(0,K.Vq)(e)}:{bytes:0}}function V(e,t,n,a){const s=new Set(e.columns.map(r=>r.name)),i=new Set(n.columns.map(r=>r.name)),o={count:1,share:1,examples:[{file:t,...e.unit==="line"&&{line:1}}]},c=[];for(const r of n.columns){const u=(0,F.IN)(r,a);if(u==="absent"&&s.has(r.name)){const h=r.environments.join(" and ");c.push({...o,rule:"unexpected-column",severity:"warning",column:r.name,message:`${t}: the column "${r.name}" is there, which the contract has for ${h} only, not for ${a}`,remedy:"leave it out of the file, or add the environment to the contract"})}if(u!=="present"||s.has(r.name)||n.missingColumns==="allowed")continue;const p=(0,T.pA)(r.name,[...s].filter(h=>!i.has(h)));c.push({...o,rule:"missing-column",severity:"error",column:r.name,message:`${t}: there is no column "${r.name}"`,remedy:p===void 0?`the file has: ${(0,T.Zv)([...s])}`:`did you mean "${p}", which the contract does not know?`})}n.missingColumns==="allowed"&&![...i].some(r=>s.has(r))&&c.push({...o,rule:"missing-column",severity:"error",message:`${t}: it has none of the columns of the contract`,remedy:`the file has: ${(0,T.Zv)([...s])}`});const d=n.unknownColumns==="allowed"?[]:e.columns.map(r=>r.name);for(const r of d.filter(u=>u!==""&&!i.has(u)))c.push({...o,rule:"unknown-column",severity:n.unknownColumns==="error"?"error":"warning",column:r,message:`${t}: the contract does not know the column "${r}"`,remedy:"describe it in the contract, or leave it out of the file"});for(const{name:r,type:u,fileType:p}of e.columns.filter(h=>h.mismatch))c.push({...o,rule:"type",severity:"error",column:r,message:`${t}: column "${r}" is ${p??"something else"} in the file, ${u} in the contract`,remedy:"write the column with that type, or change logicalType in the contract"});return c}function _(e,t){const n=e.columns.filter(s=>(0,F.IN)(s,t)!=="present"),a=new Set(n.map(({name:s})=>s));return e.checks.filter(({test:s,column:i})=>s.kind!=="missing"||!a.has(i??""))}var ae=m(71483),re=m(17004),oe=m(89511),ie=m(8448),j=m(85081),I=m(45617);function ee(e){const t=/^(\d{1,4})\/(\d{1,4})$/.exec(e.trim());if(t===null)return;const[n,a]=[Number(t[1]),Number(t[2])];return n>=1&&n<=a?{index:n,count:a}:void 0}function te(e,{index:t,count:n}){if(n>e.length)throw new A.yo({message:`${(0,T.LS)(e.length,"file")} cannot be cut into ${n} shards`,remedy:`take at most ${(0,T.LS)(e.length,"shard")}, or write the data as more files`});const a=new Array(n).fill(0),s=new Set,i=[...e].sort((l,o)=>o.bytes-l.bytes||(l.name<o.name?-1:1));for(const l of i){const o=a.indexOf(Math.min(...a));a[o]+=Math.max(1,l.bytes),o===t-1&&s.add(l)}return e.filter(l=>s.has(l))}async function Ie(e,t,n){const a=await Promise.all(e.map(async s=>({path:s,name:t(s),bytes:(await(0,v.stat)(s).catch(()=>{}))?.size??0})));return te(a,n).map(({path:s})=>s)}var Ce=m(36554),le=m(60856),Me=m(75760),q=m(92950);function Pe(e){const t=ee(e);if(t!==void 0)return t;throw new A.yo({message:`input "shard": "${e}" names no shard`,remedy:"write 3/8 for the third of eight, as ${{ matrix.shard }}/${{ strategy.job-total }} does"})}function je(e,t,n){return Ie(e,a=>(0,C.Gt)(a,n),t)}async function De(e,t){const{spec:n,contract:a,part:s,engine:i,inputs:l,files:o}=e,{run:c,outputFolder:d}=t,r=t.clock.now(),u=async(B,pe,we)=>(t.signal.throwIfAborted(),P({engine:i,contract:we,name:B,files:pe,folder:c.workspace,now:r,sqlLimitMs:l["sql-time-limit"]})),p=await u("train",o[0],(0,le.Zp)(a)),h=await u("holdout",o[1],a),g=[p,h],{profiles:w,leakage:k}=await(0,q.$8)({wanted:l,spec:n,contract:a,engine:i,checked:g,files:o},t),{path:y,digest:E,version:H}=a,S={kind:"shard",schemaVersion:1,model:n.value.name,contract:{path:(0,C.Gt)(y,c.workspace),digest:E,...H!==void 0&&{version:H}},engine:i.version,shard:{index:s.index,count:s.count},sets:[{...Se(p,l.profile),whole:!1,newest:await Fe(a,p,i)},{...Se(h,l.profile),whole:!0,newest:[]}],...k&&{leakage:k},keys:await(0,Ce.mk)(i,a,p.tables,(0,O.resolve)(d))};await(0,v.writeFile)((0,O.join)(d,"shard.json"),`${JSON.stringify(S)}
`);const b=S.sets.map(({name:B})=>(0,Me.bX)((0,le.MX)(a),B,[S],new Map,r)),D={kind:"validation",schemaVersion:1,model:S.model,verdict:"inconclusive",reasons:[`shard ${s.index} of ${s.count}: merge-profiles judges all of them together`,...b.map(B=>`${B.name}: ${(0,T.LS)(B.rows,"row")} in ${(0,T.LS)(B.files.length,"file")}`)],contract:S.contract,datasets:b,...k&&{leakage:k},lineage:(0,q.bQ)(c,r),engine:S.engine},G={"fail-on":"never","max-findings":l["max-findings"]};return(0,I.sG)(D,w,G,t)}function Se({set:e},t){const{name:n,files:a,rows:s,digest:i,identity:l}=e,{tallies:o,others:c}=(0,le.mG)(e.findings);return{name:n,files:a,rows:s,digest:i,tallies:o,...l&&{identity:l},findings:c,...t&&{profile:`profile-${n}.json`}}}async function Fe(e,{tables:t},n){const a=[];for(const[s,i]of e.checks.entries()){const l=i.test.kind==="age"?await(0,W.BP)({engine:n,tables:t},i):void 0;l!==void 0&&a.push({check:(0,le.yR)(s),at:l})}return a}var f=m(77934),ke=m(53517),Ue=m(32654);const Ut=null,$=f.FsL(f.aig(),f.ndf(),f.Wwf(0)),We=f.Ikc({file:$,row:f.lqM($),value:f.mee(f.YjP())}),ye=f.Ikc({count:$,examples:f.YOg(We)}),ve=f.YOg(f.PVZ([f.aig(),$])),He=f.Ikc({count:$,nonFinite:$,min:f.mee(f.aig()),max:f.mee(f.aig()),mean:f.mee(f.aig()),variance:f.mee(f.aig()),how:f.cl6(f.KCZ([f.Ikc({bits:f.aig()}),f.Ikc({step:f.aig()})])),values:f.lqM(f.YOg(f.PVZ([f.KCZ([f.aig(),f.YjP()]),$]))),top:f.lqM(f.zMY()),drawn:f.cl6(f.Ikc({times:$,texts:f.YOg(f.PVZ([f.YjP(),$]))})),lengths:f.lqM(ve),registers:f.lqM(ve)}),Be=f.Ikc({path:f.YjP(),bytes:$,sha256:f.YjP(),rows:f.lqM($,0),rejected:f.lqM($,0),defect:f.lqM(f.KIO(["empty-file","unreadable","truncated","encoding"])),columns:f.lqM(f.YOg(f.YjP())),types:f.lqM((0,Ue.g)(f.YjP(),f.YjP()))}),Ge=f.Ikc({spark:f.YjP(),overlap:f.lqM($),sets:f.YOg(f.Ikc({name:f.YjP(),missing:f.YOg(f.YjP()),rows:$,files:f.YOg(Be),checks:f.lqM(f.YOg(ye),[]),keys:f.lqM(f.YOg(ye),[]),columns:f.lqM(f.YOg(He),[])}))}),Ye={csv:"csv",tsv:"csv",jsonl:"jsonl",ndjson:"jsonl",parquet:"parquet"};function Ke(e){const t=/\.([a-z]+)(\.(gz|zst|bz2|snappy|lz4))?$/i.exec(e);return(0,ke.e)(Ye,t?.[1]?.toLowerCase()??"")}var ze=m(82723),Ve=m(64254),Ee=m(1091),de=m(11520),qe=m(44083),Je=m(10273),me=m(37635);function J(e){return`'${e.replace(/[\\']/g,n=>`\\${n}`).replaceAll("\0","\\u0000")}'`}const fe=e=>Number.isFinite(e)?`(${e}D)`:`double('${String(e)}')`,be={integer:"BIGINT",number:"DOUBLE",string:"STRING",boolean:"BOOLEAN",date:"DATE",timestamp:"TIMESTAMP"},Ze={integer:"^\\s*[+-]?[0-9]+\\s*$",number:"^(?i)\\s*[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]+)?|inf|infinity|nan)\\s*$",date:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",timestamp:"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}(:?[0-9]{2})?))?)?$"};function Qe(e,t){switch(t){case"string":return e;case"boolean":return`CASE lower(${e}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`;default:return`CASE WHEN ${e} RLIKE ${J(Ze[t])} THEN try_cast(trim(${e}) AS ${be[t]}) END`}}function Xe(e){const t={[e]:`try_cast({c} AS ${be[e]})`};switch(e){case"number":return{...t,integer:"CAST({c} AS DOUBLE)"};case"integer":return{...t,number:"CASE WHEN {c} = try_cast({c} AS BIGINT) THEN try_cast({c} AS BIGINT) END"};case"timestamp":return{...t,date:"CAST({c} AS TIMESTAMP)"};case"date":return{...t,timestamp:"CASE WHEN {c} = date_trunc('DAY', {c}) THEN CAST({c} AS DATE) END"};default:return t}}const Ht=e=>e==="date"||e==="timestamp",Ne=e=>e==="string"||e==="boolean";function _e(e,t){return Ne(t)?`CAST(${e} AS STRING)`:t==="date"?`CAST(unix_date(${e}) AS DOUBLE) * 86400`:t==="timestamp"?`unix_micros(${e}) / 1e6D`:`CAST(${e} AS DOUBLE)`}const et=4096,Te=e=>`spark ${e}`;function tt({rows:e,columns:t,files:n},a,s){const i=n.filter(({defect:o})=>o===void 0),l=a.flatMap(({name:o,type:c},d)=>{const r=t[d],u=i.every(p=>p.columns?.includes(o));return r===void 0||!u?[]:[nt(o,c,r,e)]});return{kind:"profile",schemaVersion:1,engine:s,rows:e,columns:l}}function nt(e,t,n,a){const{count:s,values:i=[],how:l}=n,o=(0,qe.$A)(n.registers??[]),c=w=>{const k=(0,Ve.C)({count:s,registers:o,values:w.values});return{name:e,type:t,count:s,nulls:a-s,distinct:k,registers:o,...w}};if(Ne(t)){const w=[...i].sort(Je.Fd),k=at(n),y=n.top?ot(w,s):{kind:"exact",counts:w},E=st(y,n);return c({...k&&{lengths:k},...E&&{words:E},values:y})}const d=[...i].sort(([w],[k])=>w-k);if(l==null){const w={values:Float64Array.from(d,([y])=>y),counts:Float64Array.from(d,([,y])=>y)},k=(0,Ee.Zn)(w,n.nonFinite);return c({...k&&{moments:k},values:{kind:"exact",counts:d}})}const{mean:r,variance:u,min:p,max:h,nonFinite:g}=n;return c({moments:{mean:r??0,m2:(0,Ee.Es)((u??0)*(s-g)),min:p??0,max:h??0,nonFinite:g},values:"step"in l?{kind:"grid",...l,counts:d}:{kind:"rounded",...l,counts:d}})}function st(e,{drawn:t}){if(t==null)return;const n=new Set(e.counts.map(([s])=>String(s).slice(0,me.O1))),a=t.texts.filter(([s])=>!n.has(s));return(0,me.vP)(e.counts,a,t.times)}function ot(e,t){const n=e.slice(0,de.FP),a=n.reduce((s,[,i])=>s+i,0);return{kind:"top",counts:n,others:t-a,error:e[de.FP]?.[1]??1}}function at({lengths:e=[]}){if(e.length===0)return;const t=new Map;let[n,a]=[0,0];for(const[o,c]of e){const d=o>et?(0,ze.NP)(o,12):o;t.set(d,(t.get(d)??0)+c),n+=c,a+=c*o}const s=e.map(([o])=>o),[i,l]=[s.reduce((o,c)=>Math.min(o,c)),s.reduce((o,c)=>Math.max(o,c))];return{min:i,max:l,mean:a/n,counts:[...t].sort(([o],[c])=>o-c)}}var rt=m(73024),it=m(83020),lt=m(29927);const ft=String.raw`
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
`,ct=`${String.raw`
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
${ft}`;async function dt(e,t){const{submit:n,where:a,cwd:s,environment:i,signal:l,onLine:o}=t;await(0,v.mkdir)(t.temp,{recursive:!0});const c=await(0,v.mkdtemp)((0,O.join)(t.temp,"spark-")),[d,r,u]=["validate.py","job.json","answer.json"].map(p=>(0,O.join)(c,p));try{await(0,v.writeFile)(d,ct),await(0,v.writeFile)(r,JSON.stringify(e));const p=[],{code:h,endedBy:g,tail:w}=await(0,it.d)(`${n} "$MLOPS_SPARK_SCRIPT" "$MLOPS_SPARK_JOB" "$MLOPS_SPARK_ANSWER"`,{cwd:s,environment:{...i,MLOPS_SPARK_SCRIPT:d,MLOPS_SPARK_JOB:r,MLOPS_SPARK_ANSWER:u},signal:l,onLine:k=>{mt.test(k)&&p.push(k),o?.(k)}});if(g==="cancellation"&&l.throwIfAborted(),h!==0)throw new A.yo({message:ut(h,p,w),where:a,remedy:ht(h)});if(!(0,rt.existsSync)(u))throw new A.yo({message:"Spark ended well, but its answer is not on this machine",where:a,remedy:"run the driver here: leave --deploy-mode out, or set it to client"});return await(0,lt.JE)(u,Ge)}finally{await(0,v.rm)(c,{recursive:!0,force:!0})}}const mt=/^(Caused by: |: )?(?!py4j)[\w.$]*(Error|Exception|Failure)\b/;function ut(e,t,n){const a=n.split(`
`).findLast(i=>i.trim()!==""),s=t.find(i=>i.startsWith("Caused by: "))??t.at(-1)??a??"";return`Spark ended with exit code ${e??"of a signal"}: ${s.replace(/^(Caused by: |: )/,"").slice(0,500)}`}function ht(e){return e===127?"install Spark on the runner, or name its command in data.spark.submit":"the whole message is in the log; Spark 3.5 or newer is needed"}var pt=m(28188),wt=m(9315),gt=m(71788),ue=m(17267);function St(e){const t=/^\(\?([imsU]+)\)/.exec(e),n=e.slice(t?.[0].length??0),a=(t?.[1]??"").replace("U","");let s="",i=!1;for(let l=0;l<n.length;l++){const[o,c]=[n[l],n[l+1]];if(o==="\\"){if(c===void 0||/[pPbBQCsS]/.test(c)){const d=c==="s"?"[\\t\\n\\f\\r ]":c==="S"?"[^\\t\\n\\f\\r ]":void 0;if(d===void 0||i)return;s+=d}else s+=o+c;l++}else if(i){if(o==="["||o==="&"&&c==="&")return;o==="]"&&(i=!1),s+=o}else if(o==="[")i=!0,s+=o;else if(o==="$"&&!a.includes("m"))s+="\\z";else{if(/[*+?}]/.test(o)&&c==="+")return;s+=o}}return`(?d${a.includes("i")?"u":""}${a})${s}`}function kt(e,t,n,a){switch(e.kind){case"type":return{sql:`${n} IS NOT NULL AND ${a} IS NULL`};case"missing":{const s=e.values.map(l=>J(String(l))),i=s.length===0?"":` OR CAST(${n} AS STRING) IN (${s.join(", ")})`;return{sql:`(${n} IS NULL${i})`}}case"values":{const s=e.values.map(i=>Ae(i,t)).filter(i=>i!==void 0);return{sql:s.length===0?`${a} IS NOT NULL`:`${a} NOT IN (${s.join(", ")})`}}case"pattern":{const s=St(e.pattern);return s===void 0?{cannot:`the pattern ${e.pattern} means something else to Spark`}:{sql:`NOT (${a} RLIKE ${J(s)})`}}case"length":return xe(e.min===void 0?void 0:`length(${a}) < ${fe(e.min)}`,e.max===void 0?void 0:`length(${a}) > ${fe(e.max)}`);case"range":{const s=i=>Ae(i,t)??"NULL";return xe(e.min===void 0?void 0:`${a} ${e.above?"<=":"<"} ${s(e.min)}`,e.max===void 0?void 0:`${a} ${e.below?">=":">"} ${s(e.max)}`)}case"width":return{sql:e.signed?"false":`${a} < 0`};case"multiple":{const s=`(${a} / ${fe(e.of)})`;return{sql:`abs(${s} - round(${s})) > 1e-9D * greatest(1D, abs(${s}))`}}case"expression":return{cannot:"it is SQL for DuckDB"}}}function xe(...e){return{sql:`(${e.filter(t=>t!==void 0).join(" OR ")})`}}function Ae(e,t){switch(t){case"string":return J(String(e));case"boolean":return/^(true|false)$/i.test(String(e))?String(e).toLowerCase():void 0;case"date":case"timestamp":return!(typeof e=="string"&&/^\d{4}-\d{2}-\d{2}/.test(e))||Number.isNaN(Date.parse(e))?void 0:`CAST(${J(e)} AS ${t==="date"?"DATE":"TIMESTAMP"})`;case"integer":case"number":{const n=typeof e=="string"&&e.trim()===""?Number.NaN:Number(e);if(typeof e=="boolean"||Number.isNaN(n))return;const a=typeof e=="string"?/^\+?(-?\d{1,38})$/.exec(e)?.[1]:void 0;return t==="integer"&&a!==void 0?`(${a})`:t==="integer"&&Number.isSafeInteger(n)?`(${n})`:fe(n)}}}function yt(e,t,n){const a=new Map(e.columns.map(({name:r},u)=>[r,u])),s=e.columns.map((r,u)=>vt(r,u,n)),i=[],l=[],o=[],c=[],d=({rule:r,where:u},p)=>{n.push({message:`${r} cannot be checked with engine: spark: ${p}`,where:u,remedy:"leave it out of this contract, or check the data without `engine: spark`"})};for(const r of t){const{test:u,column:p}=r;switch(u.kind){case"rows":break;case"duplicates":{const h=u.columns.length===0?[...a.keys()]:u.columns;c.push({columns:h.map(g=>a.get(g))}),l.push(r);break}case"reference":case"age":case"shares":case"sql":d(r,"Spark is asked about rows and keys only");break;default:{const h=a.get(p??"");if(h===void 0){d(r,"it looks at no one column");break}const g=kt(u,e.columns[h].type,`r${h}`,`v${h}`);if("cannot"in g){d(r,g.cannot);break}const w=u.kind==="type"?`h${h} AND NOT m${h}`:`h${h}`;o.push({sql:`${w} AND (${g.sql})`,shown:`r${h}`}),i.push(r)}}}return{columns:s,checks:o,keys:c,rowChecks:i,keyChecks:l}}function vt({name:e,type:t,reading:n={},where:a},s,i){const{missing:l=[],...o}=n;return Object.keys(o).length>0&&i.push({message:`how column "${e}" is written (${Object.keys(o).join(", ")}) cannot be read with engine: spark`,where:a,remedy:"write it as ISO 8601 dates, numbers with a point, true and false; or leave `engine: spark` out"}),{name:e,type:t,rawText:$e("{c}",t==="string"?l:[...l,""],t==="number"),rawTyped:$e("CAST({c} AS STRING)",t==="number"||t==="integer"?[...l,"NaN"]:l),parsed:Qe("{c}",t),converted:Xe(t),profiled:_e(`v${s}`,t)}}function $e(e,t,n=!1){if(t.length===0)return"{c}";const a=n?` OR ${e} RLIKE ${J("^(?i)\\s*[+-]?nan\\s*$")}`:"";return`CASE WHEN ${e} IN (${t.map(J).join(", ")})${a} THEN NULL ELSE {c} END`}function Et(e,t,n){const a=[],s=e.columns.filter(({untyped:r})=>r!==!0).map(z.r),i=yt(e,[...s,..._(e,"training")],a);(0,A.Ko)(a);const{columns:l,checks:o,keys:c}=i;return{job:{sets:t.map(r=>({...r,columns:l,checks:o,keys:c})),profile:n,...t.length===2&&{overlap:[0,1]},exactLimit:de.FP,keptRows:wt.Ww,wordRows:2**15,wordCharacters:me.O1},compiled:i}}function bt({job:e,compiled:t},n,a,{folder:s,now:i}){(0,A.Ko)(n.sets.flatMap(({missing:o})=>o.map(c=>({message:`no file matches "${c}", as Spark sees it`,remedy:"check the pattern, and that the cluster may read there"}))));const l=Te(n.spark);return n.sets.map((o,c)=>{const d=h=>(0,C.Gt)(h.replace(/^file:(\/\/)?/,""),s),r=[...o.files.flatMap(h=>Tt(h,d(h.path),e.sets[c].format,a,t)),...$t(o,t,d),...(0,W.Mw)({checks:a.checks,rows:o.rows,now:i},o.name,()=>{}),...c===1?Lt(n.overlap??0,o.rows):[]],u=o.files.map(({path:h,bytes:g,sha256:w,rows:k,rejected:y})=>({path:d(h),bytes:g,sha256:w,rows:k,rejected:y})),p=(0,M.V)(u.map(({path:h,sha256:g})=>({name:h,sha256:g})));return r.sort((h,g)=>+(h.severity==="warning")-+(g.severity==="warning")),{set:{name:o.name,files:u,rows:o.rows,digest:p,findings:r},...e.profile&&{profile:tt(o,a.columns,l)}}})}const Nt={"empty-file":["the file is empty (0 bytes)","write it again"],unreadable:["the file is not Parquet","name it after what is in it, or write it again"],truncated:["the file ends before its end: it is not whole","copy or write it again"],encoding:["the file is UTF-16","write it as UTF-8"]};function Tt(e,t,n,a,s){const{defect:i,rows:l,rejected:o,columns:c=[],types:d={}}=e,r={severity:"error",count:1,share:1,examples:[{file:t}]};if(i!==void 0){const[h,g]=Nt[i];return[{...r,rule:i,message:`${t}: ${h}`,remedy:g}]}const u=[];if(o>0){const h=o/(l+o);u.push({...r,...xt(n,t,o),count:o,share:h})}if(l+o===0){const h=`${t}: the file has no rows`;u.push({...r,rule:"no-rows",message:h,remedy:"check the program that writes it"})}const p=c.map(h=>{const g=s.columns.find(E=>E.name===h),w=(0,ke.e)(d,h),k=g!==void 0&&w!==void 0&&!At(w,g.converted),y=g?.type??"string";return{name:h,type:y,raw:"",value:"",mismatch:k,...w!==void 0&&{fileType:w}}});return u.push(...V({columns:p,unit:"row"},t,a,"training")),u}function xt(e,t,n){return e==="jsonl"?{rule:"malformed-json",message:`${t}: ${(0,T.LS)(n,"line")} that are not a JSON object`,remedy:"write one object on each line, and nothing else"}:{rule:"ragged-row",message:`${t}: ${(0,T.LS)(n,"row")} with more or fewer fields than the header`,remedy:"correct or remove them; without `engine: spark` their lines are named"}}function At(e,t){const a=[[/^(tinyint|smallint|int|bigint)$/,"integer"],[/^(float|double|decimal.*)$/,"number"],[/^string$/,"string"],[/^boolean$/,"boolean"],[/^date$/,"date"],[/^timestamp/,"timestamp"]].find(([s])=>s.test(e))?.[1];return a!==void 0&&t[a]!==void 0}function $t(e,{rowChecks:t,keyChecks:n},a){const{rows:s,files:i}=e,l=d=>d.map(({file:r,row:u,value:p})=>({file:a(i[r].path),...u!==void 0&&{row:u},...p!==null&&{value:p}})),o=e.checks.flatMap(({count:d,examples:r},u)=>{const p=t[u];if((0,ue.Nx)(p.tolerance,d,s))return[];const h=s===0?0:d/s;return[{...(0,gt.j)(p,d,s),count:d,share:h,examples:l(r)}]}),c=e.keys.flatMap(({count:d,examples:r},u)=>{const p=n[u];return(0,ue.Nx)(p.tolerance,d,s)?[]:[(0,x.q)(p,{count:d,examples:l(r)},s)]});return[...o,...c]}function Lt(e,t){if((0,ue.Nx)(pt.d,e,t))return[];const n=e/t;return[{rule:"overlap",severity:"warning",message:`${(0,T.LS)(e,"row")} of holdout (${(0,T.ZV)(n*100,3)} %) ${e===1?"is":"are"} also in train, equal in every column`,remedy:"remove them from one of the two, unless equal rows are natural in this data",count:e,share:n,examples:[]}]}const Ot=["train","holdout"];async function Rt({inputs:e,spec:t,contract:n},a){const{run:s,logger:i,clock:l,outputFolder:o}=a;if(e.shard!==void 0)throw new A.yo({message:'the input "shard" and engine: spark do not go together',remedy:"leave one of them out: a cluster cuts the data up by itself"});t.value.data.fetch!==void 0&&i.info("data.fetch is not run: Spark reads the data where it is");const{submit:c}=t.value.data.spark,d=Ot.map(b=>Ct(b,e[b],t,s.workspace)),r=Et(n,d,e.profile),u=await i.group(`Spark: ${c}`,()=>dt(r.job,{submit:c,where:t.at(["data","spark","submit"]),temp:s.temp,cwd:t.folder,environment:a.environment,signal:a.signal,onLine:b=>i.debug(b)})),p=l.now(),h=bt(r,u,n,{folder:s.workspace,now:p}),g=[];for(const{set:b,profile:D}of h){if(D===void 0)continue;const G=(0,O.join)(o,`profile-${b.name}.json`);await(0,v.writeFile)(G,`${JSON.stringify(D)}
`),g.push({name:b.name,path:G,profile:D})}const w=h.map(({set:b})=>b),k=w.some(({findings:b})=>b.some(({severity:D})=>D==="error")),{path:y,digest:E,version:H}=n,S={kind:"validation",schemaVersion:1,model:t.value.name,verdict:k?"fail":"pass",reasons:[...(0,I.zM)(w),...It(e)],contract:{path:(0,C.Gt)(y,s.workspace),digest:E,...H!==void 0&&{version:H}},datasets:w,lineage:(0,q.bQ)(s,p),engine:Te(u.spark)};return(0,I.sG)(S,g,e,a)}function It(e){const t=[...e.leakage?["leakage but for equal rows"]:[],...e.outliers?["outliers"]:[],...e.identity?["the logical digest"]:[]];return t.length===0?[]:[`with engine: spark nobody looked at ${t.join(", ")}`]}function Ct(e,t,n,a){const s=t.length>0,i=s?t:n.value.data[e],l=s?a:n.folder,o=new Set(i.map(r=>n.value.data.spark.format??Ke(r))),[c,...d]=o;if(c===void 0||d.length>0)throw new A.yo({message:d.length>0&&!o.has(void 0)?`the files of ${e} are not of one format: ${[...o].join(", ")}`:`the names of ${e} do not tell what the files are`,where:n.at(["data",e]),remedy:"say it in model.yml: data: { spark: { format: parquet } }"});return{name:e,format:c,patterns:i.map(r=>Mt(r,l))}}function Mt(e,t){return/^([a-z][a-z0-9+.-]*:|\/)/i.test(e)?e:`file:${(0,O.resolve)(t,e)}`}const he=["train","holdout"];async function Pt(e,t){const{run:n,logger:a}=t,s=await(0,j.Y)({file:(0,O.resolve)(n.workspace,e.model),workspace:n.workspace,...e.contract!==void 0&&{contract:(0,O.resolve)(n.workspace,e.contract)},logger:a}),{spec:i}=s,l=s.contract??await(0,ae.l)(s.contractPath);if((0,q.EW)({spec:i,contract:l}),(e.engine??i.value.data.engine)==="spark")return Rt({inputs:e,spec:i,contract:l},t);const o=e.shard===void 0?void 0:Pe(e.shard),c=await(0,oe.c)({spec:i,purposes:he,override:{...e.train.length>0&&{train:e.train},...e.holdout.length>0&&{holdout:e.holdout}},workspace:n.workspace,environment:{...t.environment,...o&&{MLOPS_SHARD:`${o.index}/${o.count}`}},logger:a,signal:t.signal}),d=await(0,re.F)({library:await t.duckdb(),temp:n.temp,signal:t.signal,allowedFolders:[...new Set([...he.flatMap(r=>c[r]??[]),...Object.values(await(0,R.Rc)(l)).flat()].map(r=>(0,O.dirname)(r))),...o===void 0?[]:[t.outputFolder]]});try{if(o!==void 0){const S=c.train??[],b=e["shard-by"]==="fetch"?S:await je(S,o,n.workspace);return await De({spec:i,contract:l,part:o,engine:d,inputs:e,files:[b,c.holdout??[]]},t)}const r=[];for(const S of he)t.signal.throwIfAborted(),r.push(await P({engine:d,contract:l,name:S,files:c[S]??[],folder:n.workspace,now:t.clock.now(),sqlLimitMs:e["sql-time-limit"],profile:e.profile||e.outliers}));const u=r,[p]=u[1].tables;if(p!==void 0){const S=p.columns.map(({name:b})=>b);(0,A.Ko)((0,ie.s)(i,s.unlisted,S,"the hold-out data have"))}const{profiles:h,leakage:g}=await(0,q.$8)({wanted:e,spec:i,contract:l,engine:d,checked:u,files:[c.train??[],c.holdout??[]]},t),w=u.map(({set:S})=>S),k=[...w.flatMap(S=>S.findings),...g?.findings??[]].some(({severity:S})=>S==="error"),y={kind:"validation",schemaVersion:1,model:i.value.name,verdict:k?"fail":"pass",reasons:[...(0,I.zM)(w),...g===void 0?[]:[(0,I.dE)(g)]],contract:{path:(0,C.Gt)(l.path,n.workspace),digest:l.digest,...l.version!==void 0&&{version:l.version}},datasets:w,...g&&{leakage:g},lineage:(0,q.bQ)(n,t.clock.now()),engine:d.version},E=(0,I.sG)(y,h,e,t);if(!e.identity)return E;const H=await(0,q.wL)(y,{spec:i,contract:l},t);return{...E,outputs:{...E.outputs,...(0,I.UI)(w),croissant:H}}}finally{await d.close()}}const jt={definition:Y,main:Pt}}),83020:((ge,Z,m)=>{m.d(Z,{d:()=>v});var Q=m(31421),N=m.n(Q),Y=m(80481),O=m.n(Y),A=m(26722);const C=1<<20,R=30;async function v(T,K){const{cwd:F,environment:M,signal:L,timeLimit:x,grace:U=5e3,onLine:z,onStart:X}=K,W=(0,A.findSecrets)(M),ce=Date.now(),P=(0,Q.spawn)("bash",["--noprofile","--norc","-eo","pipefail","-c",T],{cwd:F,env:M,detached:!0,stdio:["ignore","pipe","pipe"]});let ne="itself",se="";const V=[],_=[],ae=j=>{try{P.pid!==void 0&&process.kill(-P.pid,j)}catch{}},re=j=>()=>{ne==="itself"&&(ne=j,ae("SIGTERM"),_.push(setTimeout(()=>ae("SIGKILL"),U)))},oe=re("cancellation"),ie=async(j,I)=>{for await(const ee of(0,Y.createInterface)({input:j,crlfDelay:1/0})){I==="stdout"&&se.length<C&&(se+=`${ee}
`);const te=(0,A.sanitizeLogLine)(ee,W);V.push(te),V.length>R&&V.shift(),z?.(te,I)}};try{const j=new Promise((ee,te)=>{P.once("error",te),P.once("close",ee)});P.pid!==void 0&&X?.(P.pid),L?.addEventListener("abort",oe,{once:!0}),L?.aborted&&oe(),x!==void 0&&_.push(setTimeout(re("time-limit"),x));const[I]=await Promise.all([j,ie(P.stdout,"stdout"),ie(P.stderr,"stderr")]);return{code:I,endedBy:ne,stdout:se,tail:V.join(`
`),durationMs:Date.now()-ce}}finally{for(const j of _)clearTimeout(j);L?.removeEventListener("abort",oe)}}}),89511:((ge,Z,m)=>{m.d(Z,{c:()=>O});var Q=m(83020),N=m(71922),Y=m(38994);async function O(R){const{spec:v,purposes:T,override:K={},workspace:F}=R;await C(R);const M={},L=[];for(const x of T){const U=K[x],{patterns:z,path:X}=A(v,x);if(!(U===void 0&&z===void 0))try{M[x]=U!==void 0?await(0,Y.GE)(U,F):await(0,Y.GE)(z,v.folder,v.at(X))}catch(W){if(!(W instanceof N.yo))throw W;L.push(W)}}if(L.length>0)throw new N.yo(L.flatMap(x=>x.problems));return M}function A({value:R},v){switch(v){case"train":case"holdout":return{patterns:R.data[v],path:["data",v]};case"current":case"reference":return{patterns:R.drift?.[v],path:["drift",v]}}}async function C(R){const{spec:v,purposes:T,environment:K,logger:F,signal:M}=R,L=v.value.data.fetch;L!==void 0&&await F.group(`Fetch the data: ${L}`,async()=>{const x=await(0,Q.d)(L,{cwd:v.folder,environment:{...K,MLOPS_MODEL:v.value.name,MLOPS_PURPOSE:T.join(",")},signal:M,onLine:U=>F.info(U)});if(x.endedBy==="cancellation"&&M.throwIfAborted(),x.code!==0)throw new N.yo({message:`data.fetch ended with exit code ${x.code??"of a signal"}: ${x.tail.split(`
`).at(-1)??""}`,where:v.at(["data","fetch"]),remedy:"run the command where model.yml is; its last lines are in the log"})})}})};export{Gt as id,Yt as ids,Kt as modules};

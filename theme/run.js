// The panel below an essay: the step's example app in a frame, the log of its requests, its files to edit, and checks.
// Python works in worker.js. The app believes that it is alone at HOME; what its pages ask for comes here, and from
// here goes to Python: no page reaches a network. (Python could, by the browser's own fetch, if a reader writes that.)
{
const HOME = "http://127.0.0.1:5000", HOPS = 20, LOGGED = 100
const TELLING = /^(set-cookie|cookie|location)$/i
const PANEL = `
  <div class="window">
    <form class="address">
      <button type="button" class="back" aria-label="Previous page" disabled>←</button>
      <img class="icon" alt="" hidden>
      <span class="host">${HOME.slice(7)}</span><input id="path" aria-label="Address" value="/" spellcheck="false" autocapitalize="off" autocomplete="off" enterkeyhint="go">
      <button>Go</button>
    </form>
    <iframe title="The app" sandbox="allow-scripts allow-forms"></iframe>
  </div>
  <div class="tools">
    <div class="acts"><button class="again">Run again</button><button class="reset">Reset</button><button class="stop">Stop</button></div>
    <p class="said" role="status" tabindex="-1"></p>
    <progress max="1" aria-label="Python is loading"></progress>
    <details class="log" open><summary>Requests</summary><p class="none">None yet.</p><div tabindex="0" role="region" aria-label="Requests, the newest first"><ol></ol></div></details>
    <details class="editing"><summary>Files <span class="tally"></span></summary>
      <p><label for="file">File</label> <select id="file"></select></p>
      <textarea id="source" aria-label="Its text" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off" rows="18"></textarea>
      <p class="hint"><span class="keys"><kbd>Ctrl</kbd> <kbd>Enter</kbd> runs the app again.</span> What you change stays in this tab until you close it.</p>
      <p class="changed" hidden><button class="patch">Save the changes as a patch</button></p>
    </details>
    <details class="checks"><summary>Tests</summary><ul></ul></details>
    <p class="lacks" aria-live="polite"></p>
  </div>
  <section class="watched" tabindex="-1" aria-label="The watched request" hidden></section>`

let panel, frame, step, store, worker, state, originals, edits, touched, before
const number = crypto.getRandomValues(new Uint32Array(4)).join("")
let guarded = false, awaited = null, typing = false, waiting = new Map(), sent = 0, visits = 0, here, past = [], scripts = null, cached = new Map(), refused = 0

// What stands in the frame beside the app's page. The frame is sandboxed into an origin of its own, because edited
// code may put anything into a page: it sees neither this page nor what the site has stored, and cannot load
// anything. A listener of ours on the frame's document would need the same origin; Safari would not call it either
// where scripts are off. So this one script runs in there, by a number that only it knows, and tells of clicks.
const guest = (base, hash) => {
  const tell = message => parent.postMessage(message, "*") // to whom else? an origin like this one's cannot be named
  const jump = hash => location.replace(`about:srcdoc${hash}`)
  const full = to => { try { return new URL(to, document.baseURI).href } catch { return to } }
  addEventListener("click", event => {
    const link = event.composedPath().find(each => /^(a|area)$/.test(each.localName)) // in a drawing or a shadow too
    const to = link?.getAttribute("href") ?? link?.getAttribute("xlink:href")
    if (to == null) return
    event.preventDefault()
    const [page, hash] = full(to).split(/(?=#)/)
    if (hash && page === base) jump(hash)
    tell({ visit: full(to), within: hash && page === base })
  })
  addEventListener("submit", event => {
    event.preventDefault()
    const { target: form, submitter } = event
    const of = name => submitter?.getAttribute(`form${name}`) || form.getAttribute(name) || ""
    tell({ action: full(of("action") || base), method: of("method").toUpperCase(), kind: of("enctype"), fields: [...new FormData(form, submitter)] })
  })
  addEventListener("message", ({ source, data }) => {
    if (source !== parent) return
    if (!data.stays) scrollTo({ top: 0, left: 0, behavior: "instant" }) // else the next page begins where this one is
    document.open()
    document.write(data.made)
    document.close()
  })
  addEventListener("DOMContentLoaded", () => (hash || location.hash) && jump(hash || "#"))
}

const find = selector => panel.querySelector(selector)
const say = (text, ...more) => find(".said").replaceChildren(text, ...more.flatMap(each => [" ", each]))
const act = (text, work) => make("button", text, { onclick: work, type: "button" })
const terminal = () => make("code", `python3 series run ${step.number}`)

// The worker: each call is a message with a number, and its answer bears the same.
const call = (name, ...given) => new Promise((resolve, reject) => {
  if (state !== "running" && name !== "open") return reject(new Error("Python does not run. Start anew runs it again; your changes to the files are kept."))
  waiting.set(++sent, { resolve, reject })
  worker.postMessage({ number: sent, name, given })
})
const patiently = async (name, ...given) => {
  const late = setTimeout(say, 1000, "No answer yet. Stop ends what does not end by itself; your changes are kept.")
  try { return await call(name, ...given) } finally { clearTimeout(late) }
}
const heard = ({ data }) => {
  if (data?.total) return loading(data)
  const { resolve, reject } = waiting.get(data?.number) || {} // none, when edited code sent something by itself
  if (!resolve) return
  waiting.delete(data.number)
  if (data.dead && state === "running") {
    reject?.(STOPPED)
    end(`Python broke off (${data.error.split("\n")[0]}).`)
  } else if (data.error !== undefined) reject?.(new Error(data.error))
  else resolve?.(data)
}
const loading = ({ loaded, total }) => {
  const share = loaded / total, bar = find("progress")
  // In quarters, because a screen reader says each of them.
  if (Math.floor(share * 4) > Math.floor(bar.value * 4)) say(share < 1 ? `Python is loading: ${Math.floor(share * 4) * 25} % of ${step.size} MB.` : "Python starts …")
  bar.value = share
}
const become = next => {
  panel.dataset.state = state = next
  find(".stop").textContent = next === "stopped" ? "Start anew" : "Stop"
  for (const name of [".again", ".reset"]) find(name).disabled = next !== "running"
}

const begin = async () => {
  become("loading")
  find("progress").value = 0
  say(`Python is loading: ${step.size} MB.`)
  worker = new Worker(inRoot("worker.js"), { type: "module" })
  worker.onmessage = heard
  const broken = new Promise((_, fail) => { worker.onerror = event => fail(new Error(event.message || "worker.js could not be loaded")) })
  try {
    await Promise.race([call("open", originals.name, originals.files), broken])
    become("running")
    await run()
  } catch (error) { fail(error) }
}
const inRoot = name => new URL((root.dataset.root || "./") + name, location.href).href
const fail = error => {
  if (error === STOPPED) return
  worker?.terminate()
  become("failed")
  const lacks = /memory|allocat/i.test(error.message)
  say(lacks ? "There is not enough memory here for Python." : `Python cannot run here: ${error.message.replace(/\.$/, "")}.`, "At the terminal it does:", terminal())
}
const STOPPED = new Error("stopped")
const stop = () => state === "stopped" ? begin() : end("Stopped.")
const end = why => {
  worker.terminate()
  for (const { reject } of waiting.values()) reject(STOPPED)
  waiting.clear()
  become("stopped")
  say(`${why} Your changes to the files are kept; the cookies and what the app had stored are gone.`)
}

// Running: all files that were ever touched go over, those put back to how they were too.
const texts = () => Object.fromEntries([...touched].map(path => [path, textOf(path)]))
const run = async () => {
  cached.clear()
  const mine = ++visits, began = performance.now(), fault = (await patiently("start", texts())).value
  panel.dataset.started = Math.round(performance.now() - began)
  if (mine !== visits) return // an address was asked for meanwhile
  if (fault) {
    say("The app did not start.")
    return show(plain(fault), here)
  }
  await visit({ method: "GET", url: here, stays: true })
}
const reset = async () => {
  before = edits
  edits = {}
  changed()
  forget()
  await patiently("reset")
  here = `${HOME}/`
  past = []
  await run()
  const names = Object.keys(before)
  say("All is as at the start: files, cookies and what the app had stored.", ...names.length ? [act(`Bring back my changes to ${names.join(", ")}`, restore)] : [])
}
const restore = async () => {
  edits = before
  changed()
  forget()
  await run()
  say("Your changes are back.")
}
const safely = work => async (...given) => {
  try { return await work(...given) } catch (error) {
    if (error !== STOPPED) say(state === "running" ? `That did not work: ${error.message}` : error.message)
  }
}

// Requests.
const address = url => url.slice(HOME.length).split("#")[0] || "/"
const send = async (request, isPage) => {
  const { method, url, kind, body = new Uint8Array() } = request, again = cached.get(url)
  if (!isPage && again?.until > Date.now()) return again.answer
  const headers = [["Accept", isPage ? "text/html, */*;q=0.8" : "*/*"], ["Accept-Language", navigator.language], ["User-Agent", navigator.userAgent]]
  if (here && request.from) headers.push(["Referer", request.from])
  if (method === "POST") headers.push(["Origin", HOME])
  if (kind) headers.push(["Content-Type", kind])
  const { value: answer } = await patiently("ask", method, address(url), headers, body)
  find(".lacks").textContent = answer.stand_ins.join(" ")
  const age = /max-age=(\d+)/.exec(header(answer, "cache-control"))
  if (!isPage && answer.status === 200 && age) cached.set(url, { answer, until: Date.now() + age[1] * 1000 })
  log(request, answer, isPage, headers)
  return answer
}
const header = (answer, name) => answer.headers.find(([known]) => known.toLowerCase() === name)?.[1] || ""
const travel = async (request, isPage) => {
  const way = []
  while (way.length <= HOPS) {
    const answer = await send(request, isPage), to = [301, 302, 303, 307, 308].includes(answer.status) && header(answer, "location")
    way.push(`${answer.status} ${answer.reason}`)
    if (!to) return { request, answer, way }
    const url = new URL(to, request.url)
    if (!url.hash) url.hash = new URL(request.url).hash
    const keeps = answer.status > 303 || request.method === "HEAD" || (answer.status < 303 && request.method !== "POST")
    request = keeps ? { ...request, url: url.href } : { method: "GET", url: url.href, from: request.from }
    if (url.origin !== HOME) return { request }
  }
  throw new Error(`the app redirected ${HOPS} times in a row`)
}
const visit = async (request, isBack) => {
  const mine = ++visits, { request: last, answer, way } = await travel({ ...request, from: here?.split("#")[0] }, true)
  if (mine !== visits) return // the reader went elsewhere meanwhile
  if (!answer) return elsewhere(last.url)
  if (!isBack && here && here !== last.url && panel.dataset.shown) past.push(here)
  await present(answer, last, way.join(", then "))
}
const present = async (answer, { url, stays }, said) => {
  const type = header(answer, "content-type").split(";")[0].trim().toLowerCase()
  if ([204, 205, 304].includes(answer.status)) return say(`${said}: a browser stays where it is.`)
  if (/^\s*attachment/i.test(header(answer, "content-disposition"))) return offer(answer, url, type)
  refused = 0
  if (type === "text/html" || type === "application/xhtml+xml") await show(text(answer), url, stays)
  else if (type.startsWith("image/")) await show(`<img alt="" src="${await asData(answer)}">`, url)
  else if (/^text\/|json|xml|javascript/.test(type) || !type) await show(plain(text(answer)), url)
  else return offer(answer, url, type)
  say(`${said}, ${answer.milliseconds.toFixed(1)} ms.`, ...refused ? [`Of other hosts ${refused} thing${refused > 1 ? "s were" : " was"} left out.`] : [], ...scripts ? ["The app’s scripts do not run here."] : [])
}
const offer = (answer, url, type) => {
  const name = /filename="?([^";]+)/i.exec(header(answer, "content-disposition"))?.[1] || address(url).split("?")[0].split("/").pop() || "download"
  const href = URL.createObjectURL(new Blob([answer.body], { type }))
  say(`${answer.status} ${answer.reason}: a file to keep.`, make("a", `Save ${name}, ${answer.body.length} bytes`, { href, download: name }))
}
const elsewhere = url => {
  if (!parsed(url)) return say(`${url} is no address.`)
  if (!/^(https?|mailto|tel):/i.test(url)) return say(`An address that begins with ${url.split(":")[0]}: leads nowhere here.`)
  say("This leads away from the app:", make("a", `${url} ↗`, { href: url, target: "_blank", rel: "noopener noreferrer" }), "(in a new tab)")
}

// Pages: what a browser would fetch for them is put into them, because the frame can fetch nothing.
const text = answer => {
  const named = /charset="?([^";\s]+)/i.exec(header(answer, "content-type"))?.[1]
  try { return new TextDecoder(named || "utf-8").decode(answer.body) } catch { return new TextDecoder().decode(answer.body) }
}
const plain = text => `<!doctype html><meta name="color-scheme" content="light dark"><pre style="white-space: pre-wrap; overflow-wrap: anywhere">${make("p", text).innerHTML}</pre>`
const asData = ({ body, headers }) => new Promise(resolve => {
  const reader = new FileReader()
  reader.onload = () => resolve(reader.result)
  reader.readAsDataURL(new Blob([body], { type: header({ headers }, "content-type") }))
})
const parsed = (url, base) => { try { return new URL(url, base) } catch { return null } }
const fetched = async (url, base, depth = 0) => {
  if (/^(data:|#|$)/.test(url)) return url
  const to = parsed(url, base)
  if (to?.origin === HOME) {
    const { answer } = await travel({ method: "GET", url: to.href, from: base }, false)
    if (answer?.status !== 200) return ""
    return answer.data ??= await (header(answer, "content-type").startsWith("text/css") ? asSheet(answer, to.href, depth) : asData(answer))
  }
  if (to) refused++
  return ""
}
const asSheet = async (answer, base, depth) => {
  const body = new TextEncoder().encode(await sheet(text(answer), base, depth + 1))
  return asData({ body, headers: [["content-type", "text/css"]] })
}
const sheet = async (css, base, depth = 0) => {
  if (depth > 5) return "" // sheets that import each other
  const found = [...css.matchAll(/(@import\s+|url\(\s*)(["']?)([^"')\s;]+)\2/g)]
  const data = await Promise.all(found.map(([, , , url]) => fetched(url, base, depth)))
  return found.reduceRight((made, hit, place) => `${made.slice(0, hit.index)}${hit[1]}"${data[place]}"${made.slice(hit.index + hit[0].length)}`, css)
}
const fill = async (page, base) => {
  const each = (selector, work) => [...page.querySelectorAll(selector)].map(work)
  scripts = page.querySelector("script")
  each("script, base, iframe, object, embed, meta[http-equiv], template[shadowrootmode]", one => one.remove())
  each("noscript", one => one.replaceWith(...one.childNodes))
  each("[srcset]", one => one.removeAttribute("srcset"))
  const icon = page.querySelector("link[rel~=icon i][href]")
  find(".icon").src = icon ? await fetched(icon.getAttribute("href"), base) : ""
  find(".icon").hidden = !find(".icon").getAttribute("src")
  await Promise.all([
    ...each("style", async one => { one.textContent = await sheet(one.textContent, base) }),
    ...each("[style]", async one => { one.setAttribute("style", await sheet(one.getAttribute("style"), base)) }),
    ...each("link[rel~=stylesheet i][href]", async one => { one.href = await fetched(one.getAttribute("href"), base) }),
    ...["src", "poster"].flatMap(name => each(`[${name}]`, async one => { one.setAttribute(name, await fetched(one.getAttribute(name), base)) })),
  ])
  each("link:not([rel~=stylesheet i])", one => one.remove())
}
const show = async (html, url, stays) => {
  const page = new DOMParser().parseFromString(html, "text/html"), [place, hash = ""] = url.split(/(?=#)/)
  const base = (parsed(page.querySelector("base[href]")?.getAttribute("href") || "", place) || new URL(place)).href
  await fill(page, base)
  const rules = `default-src 'none'; script-src 'nonce-${number}'; style-src 'unsafe-inline' data:; img-src data:; font-src data:; media-src data:; form-action 'none'`
  const script = make("script", `(${guest})(${JSON.stringify(place)}, ${JSON.stringify(hash)})`.replace(/<\//g, "<\\/"))
  script.setAttribute("nonce", number)
  page.head.prepend(make("meta", "", { httpEquiv: "Content-Security-Policy", content: rules }), make("base", "", { href: base }), script)
  frame.title = `The app: ${page.title || address(url)}`
  const made = (page.doctype ? "<!doctype html>" : "") + page.documentElement.outerHTML
  arrive(url)
  await new Promise(done => {
    awaited = done
    // The first page loads the frame; the others are written into it: to load it anew would cost ten times as much,
    // and would be an entry of the tab's history.
    if (guarded) frame.contentWindow.postMessage({ made, stays }, "*")
    else frame.srcdoc = made
    guarded = true
  })
}
// Where a page got past all this and led the frame elsewhere, what is there now is told nothing more.
const loaded = () => {
  if (guarded && !awaited) {
    guarded = false
    frame.srcdoc = ""
    say("The page led away from the app, which it cannot do here. Run again shows it anew.")
  }
  awaited?.()
  awaited = null
}
const arrive = url => {
  here = url
  panel.dataset.shown = url
  if (!typing) find("#path").value = url.slice(HOME.length)
  if (!past.length && document.activeElement === find(".back")) find("#path").focus() // a disabled button would lose it
  find(".back").disabled = !past.length
}
const back = () => visit({ method: "GET", url: past.pop() }, true)

// What the frame tells.
const told = ({ source, data }) => {
  if (source !== frame?.contentWindow) return
  const url = data?.visit || data?.action
  if (typeof url !== "string") return // not from us
  if (data.within) return arrive(url)
  if (data.action && parsed(url) && !url.startsWith(`${HOME}/`)) return say(`This form would be sent to ${url}. From here it is not sent.`)
  if (!url.startsWith(`${HOME}/`)) return elsewhere(url)
  return data.visit ? visit({ method: "GET", url }) : submit(data)
}
const submit = async ({ action, method, kind, fields }) => {
  if (method === "POST" && kind === "multipart/form-data") {
    const form = new FormData()
    for (const field of fields) form.append(...field)
    const packed = new Response(form) // which knows how
    return visit({ method, url: action, kind: packed.headers.get("content-type"), body: new Uint8Array(await packed.arrayBuffer()) })
  }
  const pairs = fields.map(([name, value]) => [name, (value.name ?? value).replace(/\r?\n/g, "\r\n")]), url = new URL(action)
  if (method === "POST") {
    const body = kind === "text/plain" ? pairs.map(pair => `${pair.join("=")}\r\n`).join("") : String(new URLSearchParams(pairs))
    return visit({ method, url: action, kind: kind || "application/x-www-form-urlencoded", body: new TextEncoder().encode(body) })
  }
  url.search = new URLSearchParams(pairs)
  return visit({ method: "GET", url: url.href })
}

// The log.
const log = (request, answer, isPage, headers) => {
  const row = make("details"), head = make("summary"), item = make("li", "", { className: isPage ? "asked" : "fetched" })
  const cells = { method: request.method, path: address(request.url), status: answer.status, time: `${answer.milliseconds.toFixed(1)} ms` }
  for (const [name, value] of Object.entries(cells)) head.append(make("span", String(value), { className: name }), " ")
  row.append(head, headed("Asked", `${request.method} ${address(request.url)}`, answer.sent))
  if (/urlencoded|text/.test(request.kind)) row.append(make("pre", new TextDecoder().decode(request.body), { tabIndex: 0 }))
  else if (request.body?.length) row.append(make("p", `${request.body.length} bytes`))
  row.append(headed("Answered", `${answer.status} ${answer.reason}`, answer.headers))
  if (answer.errors) row.append(make("p", "On the server’s terminal"), make("pre", answer.errors, { tabIndex: 0 }))
  if (isPage) row.append(act(harmless(request) ? "Send it again, and watch" : "Do it once more, and watch", safely(() => watch(request, headers))))
  row.open = isPage && answer.status >= 500 && Boolean(answer.errors) // why it failed
  item.append(row)
  find(".log ol").prepend(item)
  find(".none").hidden = true
  if (find(".log ol").children.length > LOGGED) find(".log ol").lastChild.remove()
}
const harmless = ({ method }) => /^(GET|HEAD)$/.test(method)
const headed = (title, line, headers) => {
  const block = make("pre", "", { tabIndex: 0 }), all = make("div")
  block.append(`${line}\n`, ...headers.map(([name, value]) => make(TELLING.test(name) ? "mark" : "span", `${name}: ${value}\n`)))
  all.append(make("p", title), block)
  return all
}
const watch = async (request, headers) => {
  const { value: answer } = await patiently("watch", request.method, address(request.url), headers, request.body || new Uint8Array())
  log(request, answer, true, headers)
  await Promise.all([bring("script", { src: inRoot("watch.js") }), bring("link", { rel: "stylesheet", href: inRoot("watch.css") })])
  const place = make("div")
  find(".watched").replaceChildren(place)
  find(".watched").hidden = false
  watchRequest(place, answer.recording)
  find(".watched").focus()
  const done = harmless(request) ? "" : " What it does is done twice now; Run again shows that."
  say(`${request.method} ${address(request.url)} was sent again and watched.${done}`)
}

// Files.
const textOf = path => edits[path] ?? originals.files[path]
const changed = () => {
  const names = Object.keys(edits)
  try { sessionStorage.setItem(store, JSON.stringify(edits)) } catch {} // full or forbidden: then they last as long as the page
  for (const option of find("#file").options) option.textContent = option.value + (option.value in edits ? " (changed)" : "")
  find(".tally").textContent = names.length ? `${names.length} changed` : ""
  find(".changed").hidden = !names.length
  if (find("#source").value !== textOf(find("#file").value)) find("#source").value = textOf(find("#file").value)
}
const edit = () => {
  const path = find("#file").value, text = find("#source").value
  touched.add(path)
  if (text === originals.files[path]) delete edits[path]
  else edits[path] = text
  changed()
  forget()
}
// What was said of the files as they were before.
const forget = () => {
  for (const said of panel.querySelectorAll(".checks [role=status]")) {
    said.replaceChildren()
    said.className = ""
  }
}
const typed = event => {
  const area = find("#source")
  if (event.key !== "Enter") return
  event.preventDefault()
  if (event.ctrlKey || event.metaKey) return safely(run)()
  const line = area.value.slice(0, area.selectionStart).split("\n").pop()
  document.execCommand("insertText", false, `\n${/^[ \t]*/.exec(line)[0]}`) // what can be undone; the line below begins as this one
}
const list = () => {
  const paths = Object.keys(originals.files).filter(path => typeof originals.files[path] === "string")
  const app = paths.filter(path => !path.startsWith("dram/")), dram = paths.filter(path => path.startsWith("dram/"))
  for (const [label, paths] of [["The app", app], ["The framework", dram]]) {
    const group = make("optgroup", "", { label })
    group.append(...paths.map(path => make("option", path, { value: path })))
    find("#file").append(group)
  }
  find("#file").value = originals.files["app.py"] === undefined ? app[0] : "app.py"
}
const save = async () => {
  const { value: patch } = await patiently("patch", edits)
  const href = URL.createObjectURL(new Blob([patch], { type: "text/x-patch" })), download = `step${step.number}.patch`
  make("a", "", { href, download }).click()
  say("Saved. In the step’s folder:", make("code", `git apply ${download}`))
}

// Tests: the step's suite and its exercises, held against the files as they are now.
const tests = () => {
  const suites = { "": originals.suite, ...originals.exercises }
  find(".checks ul").append(...Object.entries(suites).map(([name, suite]) => {
    const item = make("li"), said = make("div", "", { role: "status" })
    const title = name ? `Exercise ${name}` : `The promises of step ${step.number}`
    const button = act("Check", safely(() => check(suite, said, title)))
    button.setAttribute("aria-label", `Check: ${title}`)
    item.append(make("span", title), " ", button, said)
    return item
  }))
}
const check = async (suite, said, title) => {
  said.replaceChildren("Checking … Stop ends it.")
  said.className = ""
  try {
    await call("start", texts())
    const { value: { passed, failed, terminal, seconds } } = await call("check", suite)
    said.className = failed.length ? "red" : passed ? "green" : ""
    said.replaceChildren(make("p", verdict(passed, failed, terminal, seconds)))
    for (const { name, text } of failed) said.append(opening(name, text))
    if (terminal.length) said.append(opening("What needs a terminal", terminal.map(({ name, reason }) => `${name}: ${reason}`).join("\n")))
  } catch (error) {
    said.replaceChildren(error === STOPPED ? "Stopped." : error.message)
    throw error
  }
  say(`${title}: ${said.className || "needs a terminal"}.`)
}
const verdict = (passed, failed, terminal, seconds) => {
  const parts = []
  if (failed.length) parts.push(`✗ Red: ${failed.length} of ${passed + failed.length} failed`)
  else if (passed) parts.push(`✓ Green: ${passed} passed`)
  if (terminal.length) parts.push(`${terminal.length} need${terminal.length > 1 ? "" : "s"} a terminal`)
  return `${parts.join(", ")}, in ${seconds.toFixed(1)} s.`
}
const opening = (name, text) => {
  const one = make("details")
  one.append(make("summary", name), make("pre", text, { tabIndex: 0 }))
  return one
}

const wire = () => {
  frame = find("iframe")
  frame.onload = loaded
  find(".again").onclick = safely(run)
  find(".reset").onclick = safely(reset)
  find(".stop").onclick = stop
  find(".back").onclick = safely(back)
  find("#file").onchange = changed
  find("#source").oninput = edit
  find("#source").onkeydown = typed
  find(".patch").onclick = safely(save)
  find("#path").oninput = () => { typing = true } // and a page that arrives meanwhile leaves it alone
  find("#path").onblur = ({ relatedTarget: to }) => { if (!to?.closest(".address")) typing = false }
  find(".address").onsubmit = event => {
    event.preventDefault()
    typing = false
    safely(visit)({ method: "GET", url: new URL(HOME + find("#path").value.replace(/^(?!\/)/, "/")).href })
  }
  addEventListener("message", safely(told))
}
const prepare = async () => {
  if (location.protocol === "file:") throw new Error("a page that was opened from a folder may not start it")
  if (!window.WebAssembly || !window.Worker) throw new Error("this browser has no WebAssembly")
  const answer = await fetch(inRoot(`python/steps/${step.number.padStart(2, "0")}.json`))
  if (!answer.ok) throw new Error(`its files are not on this site: the answer was ${answer.status}`)
  originals = await answer.json()
  try { edits = JSON.parse(sessionStorage.getItem(store)) || {} } catch { edits = {} }
  for (const path of Object.keys(edits)) if (!(path in originals.files)) delete edits[path]
  touched = new Set(Object.keys(edits))
  list()
  tests()
  changed()
}

window.openRun = async button => {
  step = { ...button.dataset }
  store = `run ${inRoot(step.number)}`
  here = `${HOME}/`
  panel = make("div", "", { className: "desk", tabIndex: -1, innerHTML: PANEL })
  panel.setAttribute("role", "group")
  panel.setAttribute("aria-label", `Step ${step.number}, running in this page`)
  button.closest(".launch").replaceWith(panel)
  wire()
  become("loading")
  panel.focus({ preventScroll: true })
  panel.scrollIntoView({ block: "nearest" })
  try { await prepare() } catch (error) { return fail(error) }
  await begin()
}
}

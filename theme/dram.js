// What a page can do beyond being read: switch its scheme, copy code, search, link to a line, and open what has more.
const root = document.documentElement
const make = (tag, text = "", more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more })

// Scheme: the system's until the reader chooses.
const button = document.querySelector(".scheme")
const dark = () => (root.dataset.scheme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark"
const label = () => { button.textContent = dark() ? "Light" : "Dark" }
button.addEventListener("click", () => {
  root.dataset.scheme = dark() ? "light" : "dark"
  try { localStorage.setItem("scheme", root.dataset.scheme) } catch {}
  label()
})
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label)
label()

// Copy: of a transcript what was typed, of a listing the lines as they are now.
const source = block => {
  const typed = [...block.querySelectorAll("kbd, .typed, .command")]
  if (typed.length || block.matches(".transcript, .run")) return typed.map(line => line.textContent).join("\n") + "\n"
  return [...block.querySelectorAll(".row")].filter(row => row.tagName !== "DEL").map(row => row.textContent).join("")
}
const name = block => block.querySelector(".code, [aria-label]")?.getAttribute("aria-label") || block.getAttribute("aria-label") || "the command"
for (const block of navigator.clipboard ? document.querySelectorAll(".listing, .transcript, .run, .exercise > p") : []) {
  if (!source(block).trim()) continue
  const copy = make("button", "Copy", { className: "copy", type: "button" })
  copy.setAttribute("aria-label", `Copy ${name(block)}`)
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source(block))
    copy.textContent = "Copied"
    setTimeout(() => { copy.textContent = "Copy" }, 1500)
  })
  if (block.matches(".transcript")) {
    const above = make("div", "", { className: "above" }) // of no height, so that nothing moves
    above.append(copy)
    block.before(above)
  } else (block.querySelector(":scope > figcaption") || block).append(copy)
}

// Search: the index is a script, because a page from a folder may not fetch. It comes when the box is first used.
const form = document.querySelector(".search"), box = form.elements.q, found = document.querySelector(".found")
let index = null
window.searchIndex = entries => {
  index = entries.map(([url, page, title, text]) => ({ url, page, title, text, low: text.toLowerCase(), head: `${page} ${title}`.toLowerCase() }))
  show()
}
const load = () => {
  if (document.querySelector("script[data-index]")) return
  const script = make("script")
  script.src = `${root.dataset.root}search/index.js`
  script.dataset.index = ""
  document.head.append(script)
}
const score = (entry, words) => words.reduce((sum, word) => {
  const here = Math.min(entry.low.split(word).length - 1, 5) + (entry.head.includes(word) ? 20 : 0)
  return sum && here ? sum + here : 0
}, 1)
const excerpt = (entry, words) => {
  const at = Math.max(0, Math.min(...words.map(word => entry.low.indexOf(word)).filter(at => at >= 0)))
  const start = Number.isFinite(at) ? Math.max(0, entry.text.lastIndexOf(" ", at - 50) + 1) : 0
  return entry.text.slice(start, start + 150)
}
const show = () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean)
  found.replaceChildren()
  if (!index || !words.length) return
  const hits = index.map(entry => ({ entry, points: score(entry, words) })).filter(hit => hit.points)
  hits.sort((one, other) => other.points - one.points)
  const list = make("ol")
  for (const { entry } of hits.slice(0, 8)) {
    const item = make("li"), link = make("a", entry.page === entry.title ? entry.page : `${entry.page}: ${entry.title}`)
    link.href = root.dataset.root + entry.url
    item.append(link, make("p", excerpt(entry, words)))
    list.append(item)
  }
  found.append(make("p", hits.length ? `${hits.length} place${hits.length > 1 ? "s" : ""}` : "Nothing found"), list)
}
box.addEventListener("focus", load)
box.addEventListener("input", show)
form.addEventListener("submit", event => {
  event.preventDefault()
  found.querySelector("a")?.click()
})
addEventListener("keydown", event => {
  if (event.key === "Escape" && box.value) { box.value = ""; show() }
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return
  event.preventDefault()
  box.focus()
})

// A click on a line's number puts the line into the address.
for (const code of document.querySelectorAll(".numbered")) {
  code.addEventListener("click", event => {
    const row = event.target.closest(".row")
    if (row && event.clientX < row.getBoundingClientRect().left + 48) location.hash = row.id
  })
}

// Open: the script and the style that a button names are loaded when it is pressed, once, and then told of the button.
const asked = {}
window.bring = (tag, more) => asked[more.src || more.href] ||= new Promise((done, failed) => {
  const element = make(tag, "", { ...more, onload: done })
  element.onerror = () => {
    delete asked[more.src || more.href]
    element.remove()
    failed(new Error(`${more.src || more.href} could not be loaded.`))
  }
  document.head.append(element)
})
for (const button of document.querySelectorAll("button[data-script]")) {
  button.addEventListener("click", async () => {
    if (button.ariaBusy) return
    button.ariaBusy = "true"
    const { script, style, opens } = button.dataset
    try {
      await Promise.all([bring("script", { src: script }), style && bring("link", { rel: "stylesheet", href: style })])
      await window[opens](button)
    } catch (error) {
      button.textContent = "It could not be loaded: try again"
      throw error
    } finally {
      button.ariaBusy = null
    }
  })
}

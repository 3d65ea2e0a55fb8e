// Search where the site is opened from a folder: browsers refuse workers there, so a hidden frame takes their place.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      this.frame = document.createElement("iframe")
      this.frame.hidden = true
      document.body.append(this.frame)
      this.waiting = [] // what is posted before the frame listens
      window.addEventListener("message", event => {
        if (event.source !== this.frame.contentWindow) return
        const heard = new MessageEvent("message", { data: event.data })
        this.dispatchEvent(heard)
        this.onmessage?.(heard)
      })
      const page = this.frame.contentWindow.document
      page.open()
      page.write(`<script>
        postMessage = data => parent.postMessage(data, "*")
        importScripts = (...urls) => urls.reduce((before, url) => before.then(() => new Promise((resolve, reject) => {
          const script = document.createElement("script")
          Object.assign(script, { src: url, onload: resolve, onerror: reject })
          document.head.append(script)
        })), Promise.resolve())
      <\/script>`)
      const script = page.createElement("script")
      Object.assign(script, { src: url, onload: () => this.flush(), onerror: () => this.dispatchEvent(new Event("error")) })
      page.head.append(script)
      page.close()
    }
    flush() {
      for (const data of this.waiting.splice(0)) this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }))
      this.waiting = null
    }
    postMessage(data) {
      if (this.waiting) this.waiting.push(data)
      else this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }))
    }
    terminate() {
      this.frame.remove()
    }
  }
}

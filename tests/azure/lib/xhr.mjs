// The part of XMLHttpRequest that the old client uses, over node's http.

import http from "node:http";

export class Request {
  withCredentials = false;
  readyState = 0;
  status = 0;
  statusText = "";
  responseText = "";
  onreadystatechange = () => {};
  #headers = {};
  #answered = {};

  open(method, url) {
    this.method = method;
    this.url = url;
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  getResponseHeader(name) {
    const value = this.#answered[name.toLowerCase()];
    return value === undefined ? null : String(value);
  }

  getAllResponseHeaders() {
    return Object.entries(this.#answered)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\r\n");
  }

  abort() {
    this.request?.destroy();
  }

  send(body) {
    const headers = { ...this.#headers };
    if (body !== undefined && body !== null) headers["Content-Length"] = Buffer.byteLength(body);
    // `agent: false`: each request has its own line, so that one that a test cuts takes no other with it.
    this.request = http.request(this.url, { method: this.method, headers, agent: false }, (answer) => {
      this.#answered = answer.headers;
      answer.setEncoding("utf8");
      let text = "";
      answer.on("data", (part) => {
        text += part;
      });
      answer.on("error", () => this.#end(0, "", ""));
      answer.on("end", () => this.#end(answer.statusCode, answer.statusMessage, text));
    });
    this.request.on("error", () => this.#end(0, "", ""));
    this.request.end(body);
  }

  // As in a browser: a line that breaks is status 0, told once.
  #end(status, statusText, text) {
    if (this.readyState === 4) return;
    this.readyState = 4;
    this.status = status;
    this.statusText = statusText;
    this.responseText = text;
    this.response = text;
    this.onreadystatechange();
  }
}

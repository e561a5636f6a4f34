// A line between device and server that a test can listen to and cut at an exact moment.

import http from "node:http";

/**
 * Forwards everything to `target`. `moments.asked(path)` is called when a request has come in whole and before the
 * server sees it; `moments.answered(path, { method, body })`, with what was asked, when the server has answered and before
 * the device sees it. Either may answer "cut": the line breaks there.
 */
export async function startProxy(target, moments) {
  const { hostname, port } = new URL(target);
  const proxy = http.createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray().catch(() => []));
    if ((await moments.asked?.(request.url)) === "cut") return request.socket.destroy();
    const { method, url: path, headers } = request;
    const onward = http.request({
      hostname,
      port,
      method,
      path,
      headers: { ...headers, connection: "close" },
    });
    onward.on("error", () => request.socket.destroy());
    onward.on("response", async (answer) => {
      const bytes = Buffer.concat(await answer.toArray().catch(() => []));
      if ((await moments.answered?.(path, { method, body })) === "cut") return request.socket.destroy();
      const { "transfer-encoding": _, ...kept } = answer.headers;
      response.writeHead(answer.statusCode, { ...kept, "content-length": bytes.length });
      response.end(bytes);
    });
    onward.end(body);
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    close() {
      proxy.closeAllConnections();
      return new Promise((resolve) => proxy.close(resolve));
    },
  };
}

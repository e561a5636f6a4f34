// A line between device and server that a test cuts: before the server has heard, or after it has done what was asked and
// before the device hears so.

import { startProxy } from "../../processes/proxy.mjs";

export async function startLine(target) {
  let requests = 0;
  let asked = 0;
  let answers = { after: 0, count: 0 };
  let cut = null;
  let onAnswer = null;
  const proxy = await startProxy(target, {
    asked() {
      asked += 1;
      if (requests === 0) return undefined;
      requests -= 1;
      return "cut";
    },
    async answered(path, { method, body }) {
      await onAnswer?.();
      const question = `${method} ${path} ${body}`;
      if (cut && !cut.has(question)) {
        cut.add(question);
        return "cut";
      }
      if (answers.after > 0) {
        answers.after -= 1;
        return undefined;
      }
      if (answers.count === 0) return undefined;
      answers.count -= 1;
      return "cut";
    },
  });
  return {
    url: proxy.url,
    /** The next requests break off. */
    cutRequests(count = 1) {
      requests = count;
    },
    /** After so many that arrive, so many answers break off. */
    cutAnswers({ after = 0, count = 1 } = {}) {
      answers = { after, count };
    },
    /** How many questions came. */
    questions: () => asked,
    /** What happens after the server's answers and before the device has them; null: nothing. */
    onAnswer(happens) {
      onAnswer = happens;
    },
    /** From now on the first answer to each question breaks off. */
    cutEachAnswerOnce() {
      cut = new Set();
    },
    close: proxy.close,
  };
}

// BullMQ: one delayed job for each post, 50 at once, undici and pg. `node work.mjs` works, `node work.mjs enqueue` fills.

import { Queue, Worker } from "bullmq";
import pg from "pg";
import { Pool } from "undici";

const connection = {
  path: process.env.BENCH_BROKER.replace("redis+socket://", ""),
  maxRetriesPerRequest: null,
};
const database = new pg.Pool({
  connectionString: process.env.BENCH_DATABASE.replace("postgresql+psycopg:", "postgresql:"),
  max: 10,
});

async function enqueue() {
  const queue = new Queue("posts", { connection });
  const { rows } = await database.query("SELECT id FROM bench_post ORDER BY due, id");
  const due = 1000 * Number(process.env.BENCH_DUE);
  for (let first = 0; first < rows.length; first += 1000) {
    await queue.addBulk(
      rows.slice(first, first + 1000).map(({ id }) => ({
        name: "publish",
        data: { id },
        opts: { delay: Math.max(1, due - Date.now()), removeOnComplete: true },
      })),
    );
  }
  await queue.close();
  await database.end();
}

function work() {
  const http = new Pool(process.env.BENCH_SINK, { connections: 50 });
  const publish = async ({ data }) => {
    const { rows } = await database.query({
      name: "read",
      text: "SELECT text FROM bench_post WHERE id = $1",
      values: [data.id],
    });
    const answer = await http.request({
      path: "/api/posts",
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: rows[0].text }),
    });
    if (answer.statusCode !== 201) throw new Error(`status ${answer.statusCode}`);
    const { id } = await answer.body.json();
    await database.query({
      name: "mark",
      text: "UPDATE bench_post SET state = 'published', remote_id = $1, published_at = clock_timestamp() WHERE id = $2",
      values: [id, data.id],
    });
  };
  new Worker("posts", publish, { connection, concurrency: 50 }).on("error", (error) => console.error(error));
}

if (process.argv[2] === "enqueue") await enqueue();
else work();

// Sends one image to the library. Resolves to what the server tells of it (id, sha256, name, alt, src, small ...);
// rejects with an Error whose message is a sentence for the reader. `away` is the sentence for no answer at all.
export async function upload(file, alt, away) {
  const form = new FormData();
  form.append("file", file, file.name || "image");
  form.append("alt", alt);
  let answer;
  try {
    answer = await fetch("/media", { method: "POST", body: form, headers: { accept: "application/json" } });
  } catch {
    throw new Error(away);
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? away);
  return told;
}

// The images in what was dropped or pasted.
export function imagesIn(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}

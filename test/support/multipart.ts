/** Multipart bodies as text, in which each character is one byte. */
export const part = (head: string, content = "value", boundary = "b") =>
  `--${boundary}\r\n${head}\r\n\r\n${content}\r\n`;

export const named = (name: string) => `Content-Disposition: form-data; name="${name}"`;

export const field = (name: string, content?: string) => part(named(name), content);

export const file = (name: string, filename: string, content?: string) =>
  part(`${named(name)}; filename="${filename}"\r\nContent-Type: video/mp4`, content);

export const whole = (...parts: string[]) => `${parts.join("")}--b--\r\n`;

export const toBytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

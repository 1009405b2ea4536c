// SPDX-License-Identifier: AGPL-3.0-or-later
// One request to an instance, with the headers that Node's `fetch` sends. `fetch` takes three times as much processor
// time for each, which tests feel in a hundred thousand of them.
import { Agent, request, type RequestOptions } from 'node:http'

export type Sent = { method?: string; headers?: Headers; body?: string | URLSearchParams | FormData }
/** `text` is read when it is asked for: files are many and large. */
export type Answered = { readonly status: number; readonly headers: Headers; readonly text: string }

const agent = new Agent({ keepAlive: true })

/** Follows no redirect and decompresses nothing. @throws when nobody answers. */
export async function send(url: URL, sent: Sent = {}): Promise<Answered> {
  const [body, type] = await bodyOf(sent.body)
  const headers = {
    'user-agent': 'node',
    'sec-fetch-mode': 'cors',
    ...(type && { 'content-type': type }),
    ...Object.fromEntries(sent.headers ?? []),
  }
  return ask(url, { agent, method: sent.method ?? 'GET', headers }, body)
}

function ask(url: URL, options: RequestOptions, body?: string | Buffer): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        let text: string | undefined
        resolve({
          status: answer.statusCode ?? 0,
          headers: headersOf(answer.rawHeaders),
          get text() {
            return (text ??= new TextDecoder().decode(Buffer.concat(parts)))
          },
        })
      })
    })
    asked.on('error', (error: NodeJS.ErrnoException) => {
      // Closed after a while of rest, unread, as on a machine that stood still.
      if (asked.reusedSocket && error.code === 'ECONNRESET') ask(url, options, body).then(resolve, reject)
      else reject(error)
    })
    asked.end(body)
  })
}

async function bodyOf(body: Sent['body']): Promise<[string | Buffer | undefined, string?]> {
  if (body === undefined || typeof body === 'string') return [body]
  if (body instanceof URLSearchParams) return [body.toString(), 'application/x-www-form-urlencoded;charset=UTF-8']
  const form = new Response(body)
  return [Buffer.from(await form.arrayBuffer()), form.headers.get('content-type') ?? '']
}

function headersOf(raw: string[]): Headers {
  const headers = new Headers()
  for (let at = 0; at < raw.length; at += 2) headers.append(raw[at]!, raw[at + 1]!)
  return headers
}

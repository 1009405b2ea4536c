// SPDX-License-Identifier: AGPL-3.0-or-later
// Between a reading process and the one that writes: requests go on as they came, with the address of the client.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { askHttp, HttpAgent } from '../base/http.ts'

const CLIENT = 'x-mainforte-client'
/** Of one connection only (RFC 9110 §7.6.1). Node answers Expect itself. */
const OF_A_CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', 'expect', CLIENT])
/** The sizes of chunks are Node's own. */
const OF_THE_ANSWER = new Set([...OF_A_CONNECTION, 'transfer-encoding'])

/** @param socket path of the one that writes. */
export function createPassOn(socket: string): RequestListener {
  const agent = new HttpAgent({ keepAlive: true })
  return (req, res) => {
    const { method, url: path } = req
    const headers = [...without(OF_A_CONNECTION, req.rawHeaders), CLIENT, req.socket.remoteAddress ?? '']
    const further = askHttp({ agent, socketPath: socket, method, path, headers, setHost: false }, (answer) =>
      passBack(answer, res),
    )
    further.on('error', () => fail(res))
    // The client is gone: nobody waits for the answer.
    res.on('close', () => void (res.writableFinished || further.destroy()))
    req.pipe(further)
  }
}

function passBack(answer: IncomingMessage, res: ServerResponse): void {
  res.writeHead(answer.statusCode!, answer.statusMessage, without(OF_THE_ANSWER, answer.rawHeaders))
  answer.on('error', () => fail(res))
  answer.pipe(res)
}

function fail(res: ServerResponse): void {
  if (res.headersSent) res.destroy()
  else res.writeHead(502, { 'Content-Type': 'text/plain', 'Retry-After': '10' }).end('out of order\n')
}

/** @param raw names and values in turn. */
function without(names: ReadonlySet<string>, raw: readonly string[]): string[] {
  return raw.filter((_text, at) => !names.has(raw[at - (at % 2)]!.toLowerCase()))
}

/** For the one that writes: the client is who the reading process says. Nobody else reaches this socket. */
export function fromReader(handle: RequestListener): RequestListener {
  return (req, res) => {
    const value = String(req.headers[CLIENT])
    delete req.headers[CLIENT]
    Object.defineProperty(req.socket, 'remoteAddress', { value, configurable: true })
    handle(req, res)
  }
}

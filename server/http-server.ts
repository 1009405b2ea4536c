// SPDX-License-Identifier: AGPL-3.0-or-later
import type { RequestListener, Server } from 'node:http'
import { createServer } from './base/http.ts'

/** Cut off at most two seconds later: a request whose head (8 s) or body (60 s) is not complete. */
const PATIENCE = { headersTimeout: 8_000, requestTimeout: 60_000, connectionsCheckingInterval: 2_000 }

export function createHttpServer(handle: RequestListener): Server {
  const server = createServer(PATIENCE, handle)
  server.keepAliveTimeout = 65_000
  return server
}

/** @throws with a sentence for the operator when the port is taken. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<Server> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portError(error, port)))
    server.listen(port, host, resolve)
  })
  return server
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  const message = `port ${port} is taken; is Mainforte running already? Otherwise choose another PORT`
  return new Error(message, { cause: error })
}

/** Waits for the requests under way. @param patienceMs milliseconds after which the remaining ones are cut off. */
export async function closeServer(server: Server | undefined, patienceMs: number): Promise<void> {
  if (!server?.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const patience = setTimeout(() => server.closeAllConnections(), patienceMs)
  await closed
  clearTimeout(patience)
}

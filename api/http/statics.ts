/**
 * The built dashboards. Files with a hash in their name never change; all others are asked for again. The map may be embedded
 * in other web sites (`http.frameAncestors`), the page for operators in none: nobody must be led to press its buttons unseen.
 */
import { basename } from 'node:path';
import express, { type RequestHandler } from 'express';

/** Vite's names, `index-DiwrgTda.js`: eight characters, of which a capital or digit tells a hash from a word. */
const HASHED = /-(?=[\w-]*[A-Z0-9])[\w-]{8}\.\w+$/;

export function statics(folder: string): RequestHandler {
  return express.static(folder, {
    index: 'index.html',
    // `/operator` is operator.html, so that its relative addresses begin where those of the map do
    extensions: ['html'],
    redirect: true,
    setHeaders(response, path) {
      if (basename(path) === 'operator.html') {
        const policy = String(response.getHeader('Content-Security-Policy') ?? '');
        response.setHeader(
          'Content-Security-Policy',
          policy.replace(/frame-ancestors [^;]*/, "frame-ancestors 'none'"),
        );
      }
      response.setHeader('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

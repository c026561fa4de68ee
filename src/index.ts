// What `import … from 'sightline'` gives. Its types are public-api.ts; importing it runs nothing.
export { startSightline } from './sightline.ts';

import { definition } from './inputs.js';
import { main } from './main.js';
import { post } from './post.js';

export default { definition, main, post };

"""Pure radio, terrain and interoperability computations: numbers and shapes in, numbers and shapes out."""

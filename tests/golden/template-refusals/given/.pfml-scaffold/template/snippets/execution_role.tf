{{ name.__class__.__mro__ }}

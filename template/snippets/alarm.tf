    "{{ name }}"
